extension AnswerSamples {
  /// Tuples, lists and ratios.
  static let lists = AnswerSamples(
    equal: #"""
      \operatorname{gcd}(8,12) ⇔ 4
      \max(3,7) ⇔ 7
      C(5,2) ⇔ 10
      \left\langle 1,2\right\rangle ⇔ (1,2)
      1,2,3,\ldots ⇔ 1, 2, 3, \dots
      3:4 ⇔ \frac{3}{4}
      6:8 ⇔ 3:4
      2, 3, or 5 ⇔ 2,3,5
      1/2 or 3 ⇔ 0.5, 3
      (1,2) and (3,4) ⇔ (1,2),(3,4)
      -1 and 3 ⇔ 3, -1
      \pm\sqrt2 ⇔ \sqrt2,-\sqrt2
      \biggl(1,2\biggr) ⇔ (1,2)
      17，18 ⇔ 17,18
      3, 5, and 7 ⇔ 3,5,7
      1,2,\dots,n ⇔ 1, 2, \ldots, n
      \gcd(12,18) ⇔ 6
      \operatorname{lcm}(4,6) ⇔ 12
      1; 2; 3 ⇔ 1,2,3
      1,2,100 ⇔ 1, 2, 100
      0,500 ⇔ 0, 500
      1,234, 5 ⇔ 1234, 5
      2.5,100,200 ⇔ 2.5, 100, 200
      2 & 3 ⇔ 2,3
      both 2 and 3 ⇔ 2,3
      1, 2, ..., 10 ⇔ 1,2,\dots,10
      2 to 4 ⇔ 1:2
      \min\{1,2\} ⇔ 1
      """#,
    different: #"""
      (1,2) ⇔ (2,1)
      (2,5) ⇔ x\ge2
      3:4 ⇔ 4:3
      10:30 ⇔ 1:3
      10:30 ⇔ 10/30
      5 or 6 ⇔ 5
      \pm 2 ⇔ 2
      (1,2),(3,4) ⇔ (1,2,3,4)
      2 or 3 ⇔ 2
      10:30 ⇔ 10.3
      1,2,100 ⇔ 1, 2100
      1, 2, ..., 10 ⇔ 1,2,10
      """#)
}
