extension AnswerSamples {
  /// Words that multiply.
  static let scales = AnswerSamples(
    equal: #"""
      3 million dollars ⇔ 3,000,000
      \$1.5 billion ⇔ 1500000000
      2 dozen eggs ⇔ 24
      3 fourths ⇔ \frac{3}{4}
      5 tenths ⇔ 0.5
      7 hundredths ⇔ 0.07
      3 quarters ⇔ 3
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
      3 fourths ⇔ 3
      5 tenths ⇔ 5
      2 dozen ⇔ 2
      2 dozen ⇔ 12
      2 \text{ million} ⇔ 2
      3 hundred ⇔ 3
      3 \text{ billion} ⇔ 3
      1.5 million ⇔ 1.5
      """#)
}
