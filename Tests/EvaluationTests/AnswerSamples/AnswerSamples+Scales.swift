extension AnswerSamples {
  /// Words that multiply.
  static let scales = AnswerSamples(
    equal: #"""
      3 million dollars ⇔ 3,000,000
      \$1.5 billion ⇔ 1500000000
      2 dozen eggs ⇔ 24
      \frac{1}{2} million ⇔ 500000
      1.2 million ⇔ 1,200,000
      2 dozen ⇔ 24
      5 hundred ⇔ 500
      3\text{ thousand} ⇔ 3000
      1.2 billion ⇔ 1.2\times10^9
      """#,
    different: #"""
      2 million ⇔ 2
      3 thousand ⇔ 3
      2 dozen ⇔ 2
      2 dozen ⇔ 12
      2 \text{ million} ⇔ 2
      3 hundred ⇔ 3
      3 \text{ billion} ⇔ 3
      1.5 million ⇔ 1.5
      """#)
}
