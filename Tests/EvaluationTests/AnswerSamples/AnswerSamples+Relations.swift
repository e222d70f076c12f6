extension AnswerSamples {
  /// Equations, chains of them, and congruences.
  static let relations = AnswerSamples(
    equal: #"""
      f(x) = x^2 + 1 ⇔ x^2+1
      f^{-1}(x) = 2x ⇔ 2x
      \overline{AB} = 5 ⇔ 5
      S_{10}=55 ⇔ 55
      a_n = 2n+1 ⇔ 2n+1
      2+3=5 ⇔ 5
      x=2+3=5 ⇔ 5
      \approx 2.72 ⇔ 2.72
      17 \bmod 5 ⇔ 2
      x \equiv 3 \pmod 7 ⇔ 3
      2x+4y=6 ⇔ x+2y=3
      y-2x=3 ⇔ y=2x+3
      x_1=2, x_2=3 ⇔ 2,3
      \frac{dy}{dx}=2x ⇔ 2x
      x + y = 5 ⇔ 5
      z = 3+4i ⇔ 3+4i
      (x-1)^2+(y+2)^2=9 ⇔ (y+2)^2+(x-1)^2=9
      \approx 3.14 ⇔ 3.14
      x \approx 3.14 ⇔ 3.14
      ≈ 3.14 ⇔ 3.14
      y'=2x ⇔ 2x
      7 \pmod{12} ⇔ 7
      x \equiv 7 \pmod{12} ⇔ 7 (mod 12)
      (x,y)=(3,4) ⇔ (3,4)
      2x + 3y = 6 ⇔ y = 2 - \frac{2}{3}x
      5 = x ⇔ 5
      AB = 5 ⇔ 5
      P(x)=x^2-1 ⇔ (x-1)(x+1)
      \frac{1}{6} = 0.1667 ⇔ \frac16
      \mathbf{v}=(1,2) ⇔ (1,2)
      f(x)=2x+3 ⇔ 2x+3
      x = 2+3 = 5 ⇔ 5
      |AB|=5 ⇔ 5
      (x,y,z)=(1,2,3) ⇔ (1,2,3)
      \vec{v}=\langle 1,2\rangle ⇔ (1,2)
      \frac{1}{2}x+3 ⇔ y=\frac12 x+3
      AB=BC=5 ⇔ 5
      \triangle ABC = 12 ⇔ 12
      \sqrt{2}\approx 1.414 ⇔ \sqrt2
      x\approx 1.41 ⇔ 1.41
      \frac{22}{7}\approx 3.14 ⇔ \frac{22}{7}
      2x+3y-6=0 ⇔ 2x+3y=6
      y=\frac{6-2x}{3} ⇔ 2x+3y=6
      x^2+y^2=1 ⇔ 1=x^2+y^2
      x=\frac{-1\pm\sqrt5}{2} ⇔ \frac{-1+\sqrt5}{2},\frac{-1-\sqrt5}{2}
      x = 2 \pm 3i ⇔ 2+3i,2-3i
      7 (mod 12) ⇔ 7
      f(2)=7 ⇔ 7
      E[X]=3 ⇔ 3
      n=7 ⇔ 7
      Area = 12 ⇔ 12
      9223372036854775806 \bmod 9223372036854775807 ⇔ 9223372036854775806
      (-7) \bmod 3 ⇔ 2
      \frac{2}{3} = 0.67 ⇔ \frac23
      \frac{2}{3} = 0.666 ⇔ \frac23
      \pi \approx \frac{22}{7} ⇔ \pi
      Pr(A) = 1/2 ⇔ 0.5
      \mathbf{E}[X] = 2 ⇔ 2
      """#,
    different: #"""
      2x=10 ⇔ 10
      x^2=4 ⇔ 4
      x=2+3=6 ⇔ 5
      x=5 ⇔ y=5
      2x+3y=6 ⇔ 2x+3y=7
      f(x)=x^2 ⇔ x^3
      f(x)=2x ⇔ 3x
      x=3 ⇔ x=-3
      x^2=9 ⇔ 3
      3x=15 ⇔ 15
      3+4=8 ⇔ 7
      5 \pmod{7} ⇔ 6 \pmod 7
      3 \pmod 5 ⇔ 3 \pmod 7
      x \equiv 3 \pmod 5 ⇔ 3 \pmod 7
      120+384=505 ⇔ 504
      \frac{1}{3} = 0.334 ⇔ \frac13
      7.5=7.52 ⇔ 7.5
      """#)
}
