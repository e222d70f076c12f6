import Testing

@testable import Evaluation

/// Answers as models and data sets write them: each kind of notation, dress and unit with several of
/// its members. What is equal was judged by hand, and by math-verify 0.9 where it reads the notation.
struct AnswerKindsTests {
  private static func pairs(_ text: String) -> [[String]] {
    text.split(separator: "\n").map { $0.split(separator: " ⇔ ").map(String.init) }
  }

  @Test(arguments: pairs(equal)) func `says the same`(pair: [String]) {
    #expect(AnswerChecker.agree(pair[0], pair[1]), "\(pair[0]) is \(pair[1])")
    #expect(AnswerChecker.agree(pair[1], pair[0]), "\(pair[1]) is \(pair[0])")
  }

  @Test(arguments: pairs(different)) func `says another thing`(pair: [String]) {
    #expect(!AnswerChecker.agree(pair[0], pair[1]), "\(pair[0]) is not \(pair[1])")
    #expect(!AnswerChecker.agree(pair[1], pair[0]), "\(pair[1]) is not \(pair[0])")
  }

  private static let equal = #"""
    1 1/2 ⇔ 1.5
    2½ ⇔ 2.5
    -2½ ⇔ -2.5
    ¾ ⇔ 0.75
    3 million dollars ⇔ 3,000,000
    \$1.5 billion ⇔ 1500000000
    2 dozen eggs ⇔ 24
    \frac{1}{2} million ⇔ 500000
    5 square inches ⇔ 5 in^2
    5 sq in ⇔ 5 \text{ in}^2
    5 inches squared ⇔ 5\text{ in}^2
    12 cubic centimeters ⇔ 12\text{ cm}^3
    60 km/h ⇔ 60 kilometers per hour
    60 \text{ km/h} ⇔ 60 \text{ kph}
    5\text{m} ⇔ 5
    \angle ABC = 30^\circ ⇔ 30
    f(x) = x^2 + 1 ⇔ x^2+1
    f^{-1}(x) = 2x ⇔ 2x
    \overline{AB} = 5 ⇔ 5
    S_{10}=55 ⇔ 55
    a_n = 2n+1 ⇔ 2n+1
    2+3=5 ⇔ 5
    x=2+3=5 ⇔ 5
    6! ⇔ 720
    \binom{6}{3} ⇔ 20
    \log_3 81 ⇔ 4
    \log_{2}(8) ⇔ 3
    \log 100 ⇔ 2
    |-7| ⇔ 7
    \left|-\frac{1}{2}\right| ⇔ \frac12
    x\le 2 ⇔ (-\infty,2]
    -1 < x \le 4 ⇔ (-1,4]
    (-1,4] ⇔ 4\ge x>-1
    \{\} ⇔ \emptyset
    \varnothing ⇔ ∅
    1E6 ⇔ 1000000
    2.5e-3 ⇔ 0.0025
    y³ ⇔ y^3
    ｘ＝５ ⇔ 5
    （１，２） ⇔ (1,2)
    ［1，2］ ⇔ [1,2]
    **Answer: 5** ⇔ 5
    __5__ ⇔ 5
    $$5$$ ⇔ 5
    \[5\] ⇔ 5
    \(5\) ⇔ 5
    \approx 2.72 ⇔ 2.72
    \textbf{(C)}\ 7 ⇔ C
    \mathrm{(C)} ⇔ C
    (C) 7 ⇔ 7
    C. 7 ⇔ C
    B: 12 ⇔ B
    Option B ⇔ B
    \boxed{5} ⇔ 5
    \boxed{\frac12} ⇔ 0.5
    The answer is $\frac{1}{2}$. ⇔ 0.5
    Therefore, the answer is 7. ⇔ 7
    \{1, 2\} \cup \{3\} ⇔ \{1,2,3\}
    x \in (1,2) ⇔ 1<x<2
    [1,3]\cup[2,5] ⇔ [1,5]
    x\ne 3 ⇔ (-\infty,3)\cup(3,\infty)
    x>2 and x<5 ⇔ (2,5)
    \mathbb{R} ⇔ (-\infty,\infty)
    \text{all real numbers} ⇔ \mathbb{R}
    0.\overline{142857} ⇔ 1/7
    0.1\overline{6} ⇔ 1/6
    0.(6) ⇔ 2/3
    100! ⇔ 93326215443944152681699238856266700490715968264381621468592963895217599993229915608941463976156518286253697920827223758251185210916864000000000000000000000000
    2^{100} ⇔ 1267650600228229401496703205376
    10^{30} ⇔ 1000000000000000000000000000000
    3^{2020}\cdot 3 ⇔ 3^{2021}
    123456789012345678901234567890 ⇔ 123,456,789,012,345,678,901,234,567,890
    \sqrt{-9} ⇔ 3i
    \sqrt{-2}\cdot\sqrt{-2} ⇔ -2
    (1+i)^2 ⇔ 2i
    e^{i\pi} ⇔ -1
    \sqrt[5]{-32} ⇔ -2
    (-8)^{1/3} ⇔ -2
    \cos 120^\circ ⇔ -\frac12
    \tan 45^\circ ⇔ 1
    \sin^{-1}(1) ⇔ \frac{\pi}{2}
    \cosh^2 x - \sinh^2 x ⇔ 1
    \operatorname{gcd}(8,12) ⇔ 4
    \text{lcm}(4,6) ⇔ 12
    \max(3,7) ⇔ 7
    \lceil 3.2\rceil ⇔ 4
    17 \bmod 5 ⇔ 2
    x \equiv 3 \pmod 7 ⇔ 3
    _5C_2 ⇔ 10
    C(5,2) ⇔ 10
    {}_5P_2 ⇔ 20
    \begin{bmatrix}1&2\\3&4\end{bmatrix} ⇔ \begin{pmatrix}1&2\\3&4\end{pmatrix}
    \begin{pmatrix}1&0\\0&1\end{pmatrix}\begin{pmatrix}2\\3\end{pmatrix} ⇔ \begin{pmatrix}2\\3\end{pmatrix}
    \begin{vmatrix}1&2\\3&4\end{vmatrix} ⇔ -2
    2\begin{pmatrix}1\\2\end{pmatrix}+\begin{pmatrix}1\\1\end{pmatrix} ⇔ \begin{pmatrix}3\\5\end{pmatrix}
    \left\langle 1,2\right\rangle ⇔ (1,2)
    21st ⇔ 21
    3^{\text{rd}} ⇔ 3
    5 p.m. ⇔ 5 PM
    July 4 ⇔ \text{July 4}
    £20 ⇔ 20
    20 euros ⇔ €20
    ¥100 ⇔ 100
    \$5\text{ per hour} ⇔ 5
    50 percent ⇔ 50\%
    50\text{ percent decrease} ⇔ 50\%
    1,2,3,\ldots ⇔ 1, 2, 3, \dots
    2x+4y=6 ⇔ x+2y=3
    y-2x=3 ⇔ y=2x+3
    3:4 ⇔ \frac{3}{4}
    6:8 ⇔ 3:4
    x=1, x=2, \text{ or } x=3 ⇔ 1,2,3
    2, 3 \text{ and } 5 ⇔ 2,3,5
    2, 3, or 5 ⇔ 2,3,5
    1/2 or 3 ⇔ 0.5, 3
    (1,2) and (3,4) ⇔ (1,2),(3,4)
    -1 and 3 ⇔ 3, -1
    x_1=2, x_2=3 ⇔ 2,3
    \pm\sqrt2 ⇔ \sqrt2,-\sqrt2
    30 mins ⇔ 30 minutes
    3 hrs ⇔ 3 hours
    5 lbs ⇔ 5 pounds
    10\,000 ⇔ 10000
    10{,}000 ⇔ 10000
    \sqrt{8} ⇔ 2\sqrt2
    √18 ⇔ 3√2
    \frac{\sqrt{2}}{2} ⇔ \frac{1}{\sqrt{2}}
    xy+xz ⇔ x(y+z)
    \frac{x^2-1}{x-1} ⇔ x+1
    2\ln 3 ⇔ \ln 9
    \log_{a}{b} ⇔ \frac{\ln b}{\ln a}
    |x| ⇔ \sqrt{x^2}
    n! ⇔ n\cdot(n-1)!
    \binom{n}{2} ⇔ \frac{n(n-1)}{2}
    2^{n+1} ⇔ 2\cdot 2^n
    "\frac{1}{2}" ⇔ 0.5
    Yes ⇔ yes
    \text{True} ⇔ true
    $18 per hour ⇔ 18
    5 units ⇔ 5
    12 square units ⇔ 12
    \frac{dy}{dx}=2x ⇔ 2x
    P(A)=\frac13 ⇔ 1/3
    x + y = 5 ⇔ 5
    z = 3+4i ⇔ 3+4i
    (x-1)^2+(y+2)^2=9 ⇔ (y+2)^2+(x-1)^2=9
    The probability is 1/2 ⇔ 1/2
    \text{The answer is }5 ⇔ 5
    5^\circ ⇔ 5
    72° ⇔ 72
    5 \text{ cm}^3 ⇔ 5
    \frac{5}{2}\text{ units} ⇔ 2.5
    -\$5 ⇔ -5
    +7 ⇔ 7
    1.0 ⇔ 1
    3.50 dollars ⇔ 3.5
    \text{5 m/s} ⇔ 5 m/s
    \text{A} ⇔ A
    \$\frac{1}{2}\$ ⇔ \frac12
    5\text{ and }7 ⇔ 7,5
    -3\le x\le 3 ⇔ [-3,3]
    \{x\mid x>2\} ⇔ (2,\infty)
    \{x : x\ge 2\} ⇔ x\ge 2
    \left(-\infty,-2\right]\cup\left[2,\infty\right) ⇔ x\le -2\text{ or }x\ge 2
    5\\ ⇔ 5
    \biggl(1,2\biggr) ⇔ (1,2)
    \boldsymbol{13} ⇔ 13
    \fbox{5} ⇔ 5
    \mathit{5} ⇔ 5
    \phantom{0}5 ⇔ 5
    \underline{5} ⇔ 5
    100\text{ cm}^2 ⇔ 100 cm²
    17，18 ⇔ 17,18
    3×10⁸ ⇔ 3 \times 10^8
    3∙5 ⇔ 15
    x² ⇔ x^2
    α ⇔ \alpha
    ‒5 ⇔ -5
    ﹣5 ⇔ -5
    －5 ⇔ -5
    (5,6) \text{ and } (7,8) ⇔ (5,6),(7,8)
    19, 46, \text{ and } 82 ⇔ 19, 46, 82
    2 \text{ or } -2 ⇔ \pm 2
    3, 5, and 7 ⇔ 3,5,7
    x = -5 \text{ and } x = 6 ⇔ -5, 6
    x<2 \text{ or } x>3 ⇔ (-\infty,2)\cup(3,\infty)
    x=5\quad\text{or}\quad x=6 ⇔ 5,6
    5~\text{cm} ⇔ 5
    \approx 3.14 ⇔ 3.14
    x \approx 3.14 ⇔ 3.14
    ≈ 3.14 ⇔ 3.14
    \begin{cases}x=1\\y=2\end{cases} ⇔ x=1,y=2
    \dfrac{1}{2}\begin{pmatrix}2\\4\end{pmatrix} ⇔ \begin{pmatrix}1\\2\end{pmatrix}
    \left[\begin{array}{cc}1&2\\3&4\end{array}\right] ⇔ \begin{bmatrix}1&2\\3&4\end{bmatrix}
    2i ⇔ \sqrt{-4}
    i ⇔ \sqrt{-1}
    $18/hour ⇔ 18
    5 \text{ centimeters} ⇔ 5 \text{ cm}
    USD 29 ⇔ 29
    \$18/\text{hour} ⇔ 18
    ₹500 ⇔ 500
    "5" ⇔ 5
    **13** ⇔ 13
    *5* ⇔ 5
    :5 ⇔ 5
    =5 ⇔ 5
    The answer is 5. ⇔ 5
    \text{Answer: } 5 ⇔ 5
    `5` ⇔ 5
    y'=2x ⇔ 2x
    25^{\circ}C ⇔ 25
    98.6^\circ F ⇔ 98.6
    \cos 60^{\circ} ⇔ 0.5
    \sin(30^\circ) ⇔ \frac12
    m\angle A = 30^\circ ⇔ 30
    1,2,\dots,n ⇔ 1, 2, \ldots, n
    1 - \frac{1}{\text{e}} ⇔ 1-\frac1e
    \ln(e^2) ⇔ 2
    e^{2} ⇔ 7.38905609893065
    1.5E-3 ⇔ 0.0015
    1e-5 ⇔ 10^{-5}
    6.02e23 ⇔ 602000000000000000000000
    3 kilograms ⇔ 3 kg
    5! ⇔ 120
    7 \pmod{12} ⇔ 7
    \binom{5}{2} ⇔ 10
    \dbinom{10}{3} ⇔ 120
    \gcd(12,18) ⇔ 6
    \lfloor 3.7 \rfloor ⇔ 3
    \log_2 8 ⇔ 3
    \log_{10}{100} ⇔ 2
    \log_{3}{5} ⇔ \log_3 5
    \operatorname{lcm}(4,6) ⇔ 12
    \sinh x ⇔ \frac{e^x-e^{-x}}{2}
    ^5C_2 ⇔ 10
    {}^{5}C_{2} ⇔ 10
    |{-3}| ⇔ 3
    (x,y)=(3,4) ⇔ (3,4)
    2x + 3y = 6 ⇔ y = 2 - \frac{2}{3}x
    5 = x ⇔ 5
    AB = 5 ⇔ 5
    P(x)=x^2-1 ⇔ (x-1)(x+1)
    \frac{1}{6} = 0.1667 ⇔ \frac16
    \mathbf{v}=(1,2) ⇔ (1,2)
    \text{Area}=12\text{ cm}^2 ⇔ 12
    f(x)=2x+3 ⇔ 2x+3
    x = 2+3 = 5 ⇔ 5
    |AB|=5 ⇔ 5
    25^\circ\text{C} ⇔ 25^\circ
    C) ⇔ C
    [C] ⇔ C
    \textbf{(B) } \frac{1}{2} ⇔ B
    \text{(B) } 12 ⇔ B
    option C ⇔ C
    2^{64}-1 ⇔ 18446744073709551615
    6.02 × 10^23 ⇔ 6.02 \times 10^{23}
    18 \text{ percent increase} ⇔ 18\%
    28 pct ⇔ 28\%
    28\text{ per cent} ⇔ 28\%
    (-1)^{n+1} ⇔ -(-1)^n
    \sqrt[3]{-8} ⇔ -2
    \sqrt{-4} ⇔ 2i
    0.\dot{3} ⇔ 1/3
    0.\overline{3} ⇔ \frac{1}{3}
    1.2 million ⇔ 1,200,000
    2 dozen ⇔ 24
    5 hundred ⇔ 500
    (-\infty, 3) ⇔ x<3
    (3,\infty) ⇔ x>3
    2 \leqslant x < 5 ⇔ 2\le x<5
    \emptyset ⇔ \varnothing
    \lbrace 1,2 \rbrace ⇔ \{1,2\}
    \mathbb{R}\setminus\{0\} ⇔ (-\infty,0)\cup(0,\infty)
    \{1,2,3\} ⇔ {1,2,3}
    x \geq 3 ⇔ [3,\infty)
    {1,2,3} ⇔ 1,2,3
    ∅ ⇔ \emptyset
    10:30 AM ⇔ 10:30 a.m.
    11:00\text{ p.m.} ⇔ 11:00 p.m.
    20^{\text{th}} ⇔ 20
    \text{June 20} ⇔ June 20
    12 sq ft ⇔ 12
    17 \text{ apples in total} ⇔ 17 \text{ apples}
    17个 ⇔ 17
    2 hours ⇔ 2 \text{ hr}
    3 g ⇔ 3
    3 m ⇔ 3
    30 \text{ minutes} ⇔ 30 \text{ min}
    3kg ⇔ 3
    5 \text{ meters} ⇔ 5 \text{ m}
    5 feet ⇔ 5 ft
    500円 ⇔ 500
    6 \text{ inches} ⇔ 6 \text{ in}
    60 \text{ mi/h} ⇔ 60 \text{ mph}
    60 miles per hour ⇔ 60 mph
    9.8 m/s^2 ⇔ 9.8
    \frac34 cup ⇔ 3/4
    \text{5 apples} ⇔ 5
    5\text{ km/hr} ⇔ 5 km/h
    5 km per hour ⇔ 5\,\text{km/h}
    12 \text{ ft}^2 ⇔ 12 square feet
    12 \mathrm{ft}^2 ⇔ 12\text{ square feet}
    3.5 \times 10^{-4} ⇔ 0.00035
    3.5e-04 ⇔ 3.5 \cdot 10^{-4}
    x\in\{1,2\} ⇔ 1,2
    x=1\text{ and }y=2 ⇔ x=1,y=2
    (x,y,z)=(1,2,3) ⇔ (1,2,3)
    \vec{v}=\langle 1,2\rangle ⇔ (1,2)
    \frac{1}{2}x+3 ⇔ y=\frac12 x+3
    AB=BC=5 ⇔ 5
    \triangle ABC = 12 ⇔ 12
    \sqrt{2}\approx 1.414 ⇔ \sqrt2
    x\approx 1.41 ⇔ 1.41
    \frac{22}{7}\approx 3.14 ⇔ \frac{22}{7}
    0! ⇔ 1
    \frac{7!}{5!} ⇔ 42
    \tbinom{4}{2} ⇔ 6
    {4 \choose 2} ⇔ 6
    \log_{\frac12} 8 ⇔ -3
    \ln e ⇔ 1
    \lg 1000 ⇔ 3
    |3-7| ⇔ 4
    \left|x\right| ⇔ \sqrt{x^2}
    \lvert -2\rvert ⇔ 2
    \|-2\| ⇔ 2
    x>-3 ⇔ (-3,\infty)
    -3<x ⇔ (-3,\infty)
    x\geqslant 0 ⇔ [0,+\infty)
    x \leq -1 \text{ or } x \geq 1 ⇔ (-\infty,-1]\cup[1,\infty)
    \text{no solution} ⇔ \emptyset
    No real solutions ⇔ \varnothing
    2.5E+3 ⇔ 2500
    ⅓ ⇔ \frac13
    1⅓ ⇔ \frac43
    x⁴−1 ⇔ x^4-1
    ２５ ⇔ 25
    【5】 ⇔ 5
    「5」 ⇔ 5
    (５) ⇔ 5
    ***5*** ⇔ 5
    - 5 ⇔ -5
    \color{red}{5} ⇔ 5
    \mathbf{5} ⇔ 5
    \textbf{5} ⇔ 5
    \text{(D)} ⇔ D
    \textbf{D} ⇔ D
    (D)\ \frac{1}{2} ⇔ D
    (D) \frac{1}{2} ⇔ \frac12
    D) 5 ⇔ D
    D: \text{yes} ⇔ D
    The correct option is (D) ⇔ D
    The answer is (D). ⇔ D
    Choice D ⇔ D
    **D** ⇔ D
    $\boxed{\text{D}}$ ⇔ D
    1{,}234 ⇔ 1234
    1\,234\,567 ⇔ 1234567
    1,234.50 ⇔ 1234.5
    \$1,234.50 ⇔ 1234.5
    12.50 USD ⇔ 12.5
    3 kilometers ⇔ 3 km
    3 kilometres ⇔ 3 kilometers
    3 litres ⇔ 3 L
    4 lbs ⇔ 4 lb
    98.6^{\circ}\text{F} ⇔ 98.6
    \sin 90^\circ ⇔ 1
    180^\circ-60^\circ ⇔ 120
    \pi \text{ radians} ⇔ \pi
    \frac{\pi}{3}\text{ rad} ⇔ \frac{\pi}{3}
    i^2 ⇔ -1
    |3+4i| ⇔ 5
    \sqrt{-1} ⇔ i
    e^{\ln 5} ⇔ 5
    2^{1/2} ⇔ \sqrt2
    8^{2/3} ⇔ 4
    (-27)^{\frac{1}{3}} ⇔ -3
    \frac{1}{\sqrt2+1} ⇔ \sqrt2-1
    \sqrt{3+2\sqrt2} ⇔ 1+\sqrt2
    \frac{\sin x}{\cos x} ⇔ \tan x
    1+\tan^2 x ⇔ \sec^2 x
    (n+1)! ⇔ (n+1)n!
    a^2-b^2 ⇔ (a-b)(a+b)
    \frac{a}{b}+\frac{c}{d} ⇔ \frac{ad+bc}{bd}
    2x+3y-6=0 ⇔ 2x+3y=6
    y=\frac{6-2x}{3} ⇔ 2x+3y=6
    x^2+y^2=1 ⇔ 1=x^2+y^2
    \begin{bmatrix}1\\2\end{bmatrix} ⇔ (1,2)
    \left(\begin{array}{c}1\\2\end{array}\right) ⇔ \begin{pmatrix}1\\2\end{pmatrix}
    \begin{pmatrix}1&2\end{pmatrix}^T ⇔ \begin{pmatrix}1\\2\end{pmatrix}
    \{(1,2),(3,4)\} ⇔ (3,4),(1,2)
    \{1\} ⇔ 1
    \left\{1,2\right\} ⇔ 1,2
    3:00 PM ⇔ 3:00 p.m.
    July 4, 1776 ⇔ \text{July 4, 1776}
    1/2\% ⇔ 0.5\%
    25 percent ⇔ \frac14
    25\text{ percent} ⇔ 25
    \frac{1}{4} = 25\% ⇔ 0.25
    5th ⇔ 5
    1.(3) ⇔ 4/3
    0.\overline{09} ⇔ 1/11
    0.\dot1\dot8 ⇔ 2/11
    2.\overline{3} ⇔ 7/3
    3\text{ thousand} ⇔ 3000
    1.2 billion ⇔ 1.2\times10^9
    5 \, \text{cm}^{2} ⇔ 5
    \frac{\text{5}}{\text{2}} ⇔ 2.5
    10\text{ pm} ⇔ 10 PM
    x=\frac{-1\pm\sqrt5}{2} ⇔ \frac{-1+\sqrt5}{2},\frac{-1-\sqrt5}{2}
    x = 2 \pm 3i ⇔ 2+3i,2-3i
    7 (mod 12) ⇔ 7
    1,\ 2,\ 3 ⇔ 1,2,3
    1; 2; 3 ⇔ 1,2,3
    1 \text{ or } 2 ⇔ 1, 2
    -\frac{1}{2} < x < \frac{1}{2} ⇔ \left(-\frac12,\frac12\right)
    [0, 1) \cup (1, 2] ⇔ [0,2]\setminus\{1\}
    \mathbb{R} \setminus \{1,2\} ⇔ (-\infty,1)\cup(1,2)\cup(2,\infty)
    x \neq 0 ⇔ \mathbb{R}\setminus\{0\}
    x \in \mathbb{R} ⇔ (-\infty,\infty)
    \{x \in \mathbb{R} \mid x \ge 1\} ⇔ [1,\infty)
    "the ellipse" ⇔ ellipse
    6 cups of flour ⇔ 6 cups
    6 \text{ cups} ⇔ 6
    5 hours and 30 minutes ⇔ 5 hours, 30 minutes
    A and B ⇔ A,B
    A, B, and C ⇔ A,B,C
    -x+1 ⇔ 1-x
    \cos(2x) ⇔ 1-2\sin^2(x)
    f(2)=7 ⇔ 7
    P(X>3)=0.2 ⇔ 0.2
    E[X]=3 ⇔ 3
    n=7 ⇔ 7
    n = 7 \text{ sides} ⇔ 7
    r=3\text{ cm} ⇔ 3
    \text{The area is } 12 ⇔ 12
    Area = 12 ⇔ 12
    12 \text{ sq. units} ⇔ 12
    5\text{ years old} ⇔ 5
    5 years ⇔ 5
    \boldsymbol{x=5} ⇔ 5
    \boldsymbol{145^\circ} ⇔ 145
    \underline{(1,2]} ⇔ (1, 2]
    """#

  private static let different = #"""
    1 2/3 ⇔ 12/3
    1 2/3 ⇔ 1.2
    3 4 ⇔ 34
    3 4 ⇔ 12
    2 million ⇔ 2
    3 thousand ⇔ 3
    2 dozen ⇔ 2
    2 dozen ⇔ 12
    \sqrt{x^2} ⇔ x
    \ln(x^2) ⇔ 2\ln x
    \sqrt{xy} ⇔ \sqrt x\sqrt y
    \arccos(\cos x) ⇔ x
    |x| ⇔ x
    \sqrt{(x-1)^2} ⇔ x-1
    (x^2)^{1/4} ⇔ \sqrt{x}
    5 cm ⇔ 5 m
    5 m ⇔ 5 g
    5 square inches ⇔ 5 inches
    5 in^2 ⇔ 5 in^3
    60 km/h ⇔ 60 mph
    2x=10 ⇔ 10
    x^2=4 ⇔ 4
    x=2+3=6 ⇔ 5
    6! ⇔ 700
    (1,2) ⇔ [1,2]
    (1,2) ⇔ (2,1)
    x<2 ⇔ x\le 2
    x<2 ⇔ x>2
    (2,5) ⇔ x\ge2
    0.333 ⇔ 1/3
    3.14 ⇔ \pi
    \emptyset ⇔ 0
    1e6 ⇔ 100000
    \textbf{(B)}\ 12 ⇔ C
    (B) 12 ⇔ 13
    (A) 5 ⇔ (B) 5
    A ⇔ B
    2i ⇔ 2
    \sqrt{-4} ⇔ 2
    \binom{5}{2} ⇔ 5/2
    \log_2 8 ⇔ 2
    100! ⇔ 100!+1
    2^{100} ⇔ 2^{100}+1
    123456789012345678901234567890 ⇔ 123456789012345678901234567891
    x+1 ⇔ x-1
    x=5 ⇔ y=5
    2x+3y=6 ⇔ 2x+3y=7
    3:4 ⇔ 4:3
    10:30 AM ⇔ 10:30 PM
    10:30 ⇔ 1:3
    June 20 ⇔ June 21
    5^\circ C ⇔ 5^\circ F
    50\% ⇔ 5
    17 apples ⇔ 17 oranges
    1,2,3 ⇔ 1,2
    \{1,2\} ⇔ \{1,3\}
    \sin x ⇔ \cos x
    e ⇔ 2.718
    x^2 ⇔ x^3
    10 000 ⇔ 10000
    2 ⇔ \sqrt{2}
    -5 ⇔ 5
    1.5 ⇔ 1 \frac{1}{5}
    0.5\% ⇔ 50\%
    \frac12 ⇔ 12
    5 or 6 ⇔ 5
    \pm 2 ⇔ 2
    \mathbb{R} ⇔ \mathbb{Z}
    x>2 and x<5 ⇔ x>2 or x<5
    n! ⇔ n
    (-1)^n ⇔ 1
    \begin{pmatrix}1&2\\3&4\end{pmatrix} ⇔ \begin{pmatrix}1&3\\2&4\end{pmatrix}
    100! ⇔ 10^{158}
    east ⇔ seat
    1/0 ⇔ 2/0
    2^{10^{9}} ⇔ 2^{10^{9}+1}
    0 ⇔ \emptyset
    f(x)=x^2 ⇔ x^3
    $5 ⇔ €5
    two ⇔ 2
    1,234 ⇔ 1.234
    1,2 ⇔ 12
    12,34 ⇔ 1234
    \arcsin(\sin x) ⇔ x
    2 \text{ million} ⇔ 2
    1 0 ⇔ 10
    1 2 ⇔ 12
    12 34 ⇔ 1234
    2 1/2 ⇔ 21/2
    2 1/3 ⇔ 21/3
    2 1/3 ⇔ 2/3
    5 5 ⇔ 55
    5 5 ⇔ 25
    3 \frac12 ⇔ \frac{3}{2}
    3 hundred ⇔ 3
    3 \text{ billion} ⇔ 3
    1.5 million ⇔ 1.5
    \sqrt{a^2} ⇔ a
    \sqrt{x^4} ⇔ -x^2
    \ln x^2 ⇔ 2\ln x
    \sqrt{x^2+2x+1} ⇔ x+1
    \sqrt[4]{x^4} ⇔ x
    \arctan(\tan x) ⇔ x
    x^{2/2} ⇔ -x
    \frac{|x|}{x} ⇔ 1
    \log_2 x ⇔ \log x
    5 km ⇔ 5 miles
    5 \text{ cm}^2 ⇔ 5 \text{ cm}
    5 \text{ cm}^2 ⇔ 5 \text{ cm}^3
    3 hours ⇔ 3 minutes
    30 mph ⇔ 30 km/h
    \$5 ⇔ 5\%
    2! ⇔ 4
    \binom{4}{2} ⇔ \frac42
    [1,2] ⇔ [1,2)
    x\ge 3 ⇔ (3,\infty)
    (1,3) ⇔ x>1
    \{1,2,3\} ⇔ \{1,2\}
    (1,2),(3,4) ⇔ (1,2,3,4)
    1e3 ⇔ 100
    ½ ⇔ 2
    x² ⇔ x2
    x² ⇔ 2x
    (A) ⇔ (B)
    \textbf{(A)}\ 5 ⇔ \textbf{(B)}\ 5
    (A) 12 ⇔ B
    A and B ⇔ A
    2 or 3 ⇔ 2
    10:30 ⇔ 10.3
    f(x)=2x ⇔ 3x
    x=3 ⇔ x=-3
    0.34 ⇔ 0.3
    1/3 ⇔ 0.33
    100 ⇔ 1,00
    50 ⇔ 5\%
    -i ⇔ i
    3+4i ⇔ 3-4i
    \frac{2}{3} ⇔ \frac{3}{2}
    east ⇔ west
    no ⇔ yes
    \begin{pmatrix}1\\2\end{pmatrix} ⇔ (2,1)
    2x>4 ⇔ x<2
    x^2=9 ⇔ 3
    3x=15 ⇔ 15
    3+4=8 ⇔ 7
    10^{100} ⇔ 10^{101}
    99999999999999999999999 ⇔ 99999999999999999999998
    5 \pmod{7} ⇔ 6 \pmod 7
    \frac{1}{0} ⇔ \infty
    1,000 ⇔ 1
    12 34 ⇔ 12,34
    1 2 3 ⇔ 123
    60 minutes ⇔ 60 hours
    """#
}
