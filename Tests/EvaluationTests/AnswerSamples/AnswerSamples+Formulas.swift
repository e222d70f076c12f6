extension AnswerSamples {
  /// Functions and formulas.
  static let formulas = AnswerSamples(
    equal: #"""
      6! ⇔ 720
      \binom{6}{3} ⇔ 20
      \log_3 81 ⇔ 4
      \log_{2}(8) ⇔ 3
      \log 100 ⇔ 2
      |-7| ⇔ 7
      \left|-\frac{1}{2}\right| ⇔ \frac12
      y³ ⇔ y^3
      100! ⇔ 93326215443944152681699238856266700490715968264381621468592963895217599993229915608941463976156518286253697920827223758251185210916864000000000000000000000000
      2^{100} ⇔ 1267650600228229401496703205376
      10^{30} ⇔ 1000000000000000000000000000000
      3^{2020}\cdot 3 ⇔ 3^{2021}
      \sqrt{-9} ⇔ 3i
      \sqrt{-2}\cdot\sqrt{-2} ⇔ -2
      (1+i)^2 ⇔ 2i
      e^{i\pi} ⇔ -1
      (-8)^{1/3} ⇔ -2
      \sin^{-1}(1) ⇔ \frac{\pi}{2}
      \cosh^2 x - \sinh^2 x ⇔ 1
      \lceil 3.2\rceil ⇔ 4
      _5C_2 ⇔ 10
      {}_5P_2 ⇔ 20
      21st ⇔ 21
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
      3×10⁸ ⇔ 3 \times 10^8
      x² ⇔ x^2
      α ⇔ \alpha
      2i ⇔ \sqrt{-4}
      i ⇔ \sqrt{-1}
      \ln(e^2) ⇔ 2
      e^{2} ⇔ 7.38905609893065
      1e-5 ⇔ 10^{-5}
      5! ⇔ 120
      \binom{5}{2} ⇔ 10
      \dbinom{10}{3} ⇔ 120
      \lfloor 3.7 \rfloor ⇔ 3
      \log_2 8 ⇔ 3
      \log_{10}{100} ⇔ 2
      \log_{3}{5} ⇔ \log_3 5
      \sinh x ⇔ \frac{e^x-e^{-x}}{2}
      ^5C_2 ⇔ 10
      {}^{5}C_{2} ⇔ 10
      |{-3}| ⇔ 3
      2^{64}-1 ⇔ 18446744073709551615
      6.02 × 10^23 ⇔ 6.02 \times 10^{23}
      (-1)^{n+1} ⇔ -(-1)^n
      \sqrt{-4} ⇔ 2i
      \frac34 cup ⇔ 3/4
      3.5 \times 10^{-4} ⇔ 0.00035
      3.5e-04 ⇔ 3.5 \cdot 10^{-4}
      0! ⇔ 1
      \frac{7!}{5!} ⇔ 42
      \tbinom{4}{2} ⇔ 6
      \log_{\frac12} 8 ⇔ -3
      \ln e ⇔ 1
      |3-7| ⇔ 4
      \left|x\right| ⇔ \sqrt{x^2}
      \|-2\| ⇔ 2
      x⁴−1 ⇔ x^4-1
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
      5th ⇔ 5
      -x+1 ⇔ 1-x
      \cos(2x) ⇔ 1-2\sin^2(x)
      10^{20}+1-10^{20} ⇔ 1
      (10^{20}+3-10^{20})\cdot 2 ⇔ 6
      10^{30}\pi-10^{30}\pi ⇔ 0
      \binom{2024}{2022} ⇔ 2047276
      \binom{60}{30} ⇔ 118264581564861424
      5C2 ⇔ 10
      5P2 ⇔ 20
      """#,
    different: #"""
      \sqrt{x^2} ⇔ x
      \ln(x^2) ⇔ 2\ln x
      \sqrt{xy} ⇔ \sqrt x\sqrt y
      \arccos(\cos x) ⇔ x
      |x| ⇔ x
      \sqrt{(x-1)^2} ⇔ x-1
      (x^2)^{1/4} ⇔ \sqrt{x}
      6! ⇔ 700
      3.14 ⇔ \pi
      2i ⇔ 2
      \sqrt{-4} ⇔ 2
      \binom{5}{2} ⇔ 5/2
      \log_2 8 ⇔ 2
      100! ⇔ 100!+1
      2^{100} ⇔ 2^{100}+1
      x+1 ⇔ x-1
      \sin x ⇔ \cos x
      x^2 ⇔ x^3
      2 ⇔ \sqrt{2}
      n! ⇔ n
      (-1)^n ⇔ 1
      100! ⇔ 10^{158}
      2^{10^{9}} ⇔ 2^{10^{9}+1}
      \arcsin(\sin x) ⇔ x
      \sqrt{a^2} ⇔ a
      \sqrt{x^4} ⇔ -x^2
      \ln x^2 ⇔ 2\ln x
      \sqrt{x^2+2x+1} ⇔ x+1
      \arctan(\tan x) ⇔ x
      x^{2/2} ⇔ -x
      \frac{|x|}{x} ⇔ 1
      \log_2 x ⇔ \log x
      2! ⇔ 4
      \binom{4}{2} ⇔ \frac42
      x² ⇔ x2
      x² ⇔ 2x
      -i ⇔ i
      3+4i ⇔ 3-4i
      10^{100} ⇔ 10^{101}
      10^{30}\pi-10^{30}\pi ⇔ 5
      10^{20}+1-10^{20} ⇔ 2
      (10^{20}+1-10^{20})\pi ⇔ 7
      2\frac{3}{4}^2 ⇔ 2\frac{3}{4}
      5C2 ⇔ 52
      """#)
}
