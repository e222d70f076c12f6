/// The units that answers are given in, and the words that multiply.
enum AnswerUnits {
  /// The unit that `word`, in the case in which it is written, names; nil for another word.
  static func unit(_ word: String) -> String? {
    if let unit = exact[word] { return unit }
    guard word.utf8.count > 1 else { return nil }
    let lower = word.lowercased()
    return spelled[lower] ?? spelled[singular(lower)]
  }

  /// The factor that `word` stands for, such as a thousand.
  static func scale(_ word: String) -> Int? {
    switch singular(word.lowercased()) {
    case "dozen": 12
    case "hundred": 100
    case "thousand": 1000
    case "lakh": 100_000
    case "million": 1_000_000
    case "crore": 10_000_000
    case "billion": 1_000_000_000
    case "trillion": 1_000_000_000_000
    case "quadrillion": 1_000_000_000_000_000
    default: nil
    }
  }

  /// The number of equal parts of which `word` is one, such as ten. A quarter is none: it may as well
  /// be a coin that is counted.
  static func parts(_ word: String) -> Int? {
    switch singular(word.lowercased()) {
    case "half", "halve": 2
    case "third": 3
    case "fourth": 4
    case "fifth": 5
    case "sixth": 6
    case "seventh": 7
    case "eighth": 8
    case "ninth": 9
    case "tenth": 10
    case "hundredth": 100
    case "thousandth": 1000
    default: nil
    }
  }

  /// Whether `word` multiplies the number before it.
  static func isFactor(_ word: String) -> Bool { scale(word) != nil || parts(word) != nil }

  /// `word` without the ending of a plural.
  static func singular(_ word: String) -> String {
    guard word.count > 3 else { return word }
    if word.hasSuffix("ies") { return word.dropLast(3) + "y" }
    for ending in ["ches", "shes", "sses", "xes"] where word.hasSuffix(ending) {
      return String(word.dropLast(2))
    }
    return word.hasSuffix("s") && !word.hasSuffix("ss") ? String(word.dropLast()) : word
  }

  /// Words beside a unit that say nothing of it.
  static let fillers: Set<String> = [
    "in", "total", "all", "altogether", "the", "a", "an", "of", "more", "left", "remaining",
    "each", "only", "exactly", "approximately", "about", "away",
  ]

  /// Signs and letters, whose case counts.
  private static let exact: [String: String] = [
    "m": "m", "g": "g", "s": "s", "h": "h", "L": "l", "l": "l", "N": "n", "J": "j", "W": "w",
    "V": "v", "%": percent, "$": "dollar", "€": "euro", "£": "pound sterling", "¥": "yen",
    "₹": "rupee", "円": "yen", "元": "yuan", "¢": "cent", "₩": "won", "₽": "ruble", "Hz": "hertz",
    "kHz": "khz", "MHz": "mhz", "GHz": "ghz", "Pa": "pascal", "kPa": "kpa", "MPa": "mpa",
    "kW": "kw", "MW": "megawatt", "mW": "milliwatt", "kWh": "kwh", "kJ": "kj", "MJ": "mj",
    "kN": "kn", "mA": "ma", "kV": "kv", "mV": "mv", "eV": "ev", "MeV": "mev", "dB": "db",
  ]

  /// The unit of `50\%`.
  static let percent = "percent"

  /// One letter can be a unit or an unknown.
  static let letters: Set<String> = ["m", "g", "s", "h", "L", "l", "N", "J", "W", "V"]

  private static let spelled: [String: String] = {
    let names = [
      "m": "meter metre mtr", "cm": "centimeter centimetre cm cms", "cm^3": "cc",
      "mm": "millimeter millimetre mm",
      "km": "kilometer kilometre km kms", "nm": "nanometer nanometre nm",
      "in": "inch in", "ft": "foot feet ft", "yd": "yard yd", "mi": "mile mi",
      "g": "gram gramme gm", "kg": "kilogram kilogramme kilo kg kgs", "mg": "milligram mg",
      "lb": "pound lb lbs", "oz": "ounce oz", "ton": "ton tonne",
      "s": "second sec secs", "ms": "millisecond ms", "min": "minute min mins",
      "h": "hour hr hrs", "day": "day", "week": "week wk", "month": "month", "year": "year yr yrs",
      "l": "liter litre", "ml": "milliliter millilitre ml", "gal": "gallon gal", "qt": "quart",
      "mi/h": "mph", "km/h": "kph kmh kmph", "m/s": "mps",
      "sq": "square sq", "cu": "cubic cu", percent: "percent pct percentage",
      "degree": "degree deg", "radian": "radian rad", "dollar": "dollar usd buck",
      "cent": "cent", "euro": "euro eur", "pound sterling": "gbp", "yen": "yen jpy",
      "rupee": "rupee inr", "yuan": "yuan cny rmb", "n": "newton", "j": "joule", "w": "watt",
      "v": "volt", "hertz": "hertz", "pascal": "pascal", "kw": "kilowatt", "mol": "mole mol",
      "unit": "unit",
    ]
    var table: [String: String] = [:]
    for (unit, spellings) in names {
      for spelling in spellings.split(separator: " ") { table[String(spelling)] = unit }
    }
    return table
  }()
}
