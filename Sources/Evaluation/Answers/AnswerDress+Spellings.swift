/// What answers write in ways of their own, in the one that is read.
extension AnswerDress {
  /// `text` without commands that only place or colour it, and with a few spellings in another. Each
  /// search costs more than all else, and most answers need none.
  static func respelled(_ text: String) -> String {
    var text = text
    if text.contains("\\") {
      text.replace(/\\[hv]?phantom\s*\{[^{}]*\}/, with: "")
      text.replace(/\\[hv]space\*?\s*\{[^{}]*\}/, with: " ")
      text.replace(/\\(?:tag\*?|label)\s*\{[^{}]*\}/, with: "")
      text.replace(/\\(?:text|f)?color(?:box)?\s*\{[^{}]*\}/, with: "")
    }
    if text.contains("cent") { text.replace(/(?i)\bper\s+cent\b/, with: "percent") }
    if text.contains(" a ") || text.contains(" an ") {
      // 3/4 of a mile; 60 miles an hour.
      text.replace(/\s+of\s+an?\s+(?=[a-z])/, with: " ")
      text.replace(
        /([\w$%}]\s+)an?\s+(second|minute|hour|day|week|month|year|mile|kilometer|gallon|pound|dozen)\b/
      ) { "\($0.1)per \($0.2)" }
    }
    if text.contains("C") || text.contains("P") { text = withBinomials(text) }
    if text.contains("$") { text.replace(/\b(?:US|AU|CA|NZ|HK)\s?\\?\$(?=\s*\d)/, with: "\\$") }
    if text.contains("...") { text.replace(/,\s*\.\.\.+/, with: ",\\ldots ") }
    if text.contains("10") { text.replace(/(\d)\s*[xX]\s*10\s*\^/) { "\($0.1)*10^" } }
    if text.contains(" to ") { text.replace(/^\s*(\d+)\s+to\s+(\d+)\s*$/) { "\($0.1):\($0.2)" } }
    if text.hasSuffix(")") {
      text.replace(/\s*\((?i:approx(?:imately|\.)?|about|rounded[^()]*)\)$/, with: "")
    }
    return withParts(text)
  }

  /// `text` with ⁵C₂, ₅C₂, C₅² and 5C2 as binomials, and ⁵P₂ as permutations.
  private static func withBinomials(_ text: String) -> String {
    var text = text
    if text.contains("_") {
      for form in [
        /(?:\{\})?\^\{?(\d+|[a-z])\}?\s*([CP])_\{?(\d+|[a-z])\}?/,
        /(?:\{\})?_\{?(\d+|[a-z])\}?\s*([CP])_\{?(\d+|[a-z])\}?/,
      ] {
        text.replace(form) { "\\\($0.2 == "C" ? "binom" : "perm"){\($0.1)}{\($0.3)}" }
      }
      text.replace(/C_\{?(\d+)\}?\^\{?(\d+)\}?/) { "\\binom{\($0.1)}{\($0.2)}" }
    }
    text.replace(/^\s*(\d+)([CP])(\d+)\s*$/) {
      "\\\($0.2 == "C" ? "binom" : "perm"){\($0.1)}{\($0.3)}"
    }
    return text
  }

  /// `3 hours and 20 minutes`, an amount in two units, as a list, whatever stands between the parts.
  private static func withParts(_ text: String) -> String {
    guard text.contains(" "), text.first?.isNumber == true else { return text }
    return text.replacing(
      /(\d)\s*(hours?|hrs?|minutes?|mins?|days?|weeks?|months?|years?|yrs?|feet|foot|ft|yards?|yd|pounds?|lbs?|gallons?|dollars?)\s*,?\s+(?:and\s+)?(?=\d)/
    ) { "\($0.1) \($0.2), " }
  }
}
