extension AnswerSamples {
  /// Words and dates.
  static let words = AnswerSamples(
    equal: #"""
      July 4 ⇔ \text{July 4}
      Yes ⇔ yes
      \text{True} ⇔ true
      \text{June 20} ⇔ June 20
      July 4, 1776 ⇔ \text{July 4, 1776}
      A and B ⇔ A,B
      A, B, and C ⇔ A,B,C
      """#,
    different: #"""
      June 20 ⇔ June 21
      east ⇔ seat
      two ⇔ 2
      A and B ⇔ A
      east ⇔ west
      no ⇔ yes
      """#)
}
