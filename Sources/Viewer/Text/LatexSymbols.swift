/// What LaTeX's commands are in Unicode.
package enum LatexSymbols {
  /// Commands by their names, without the backslash.
  package static let commands: [String: String] = {
    var commands = [
      "times": "×", "cdot": "·", "div": "÷", "pm": "±", "mp": "∓", "ast": "∗", "star": "⋆",
      "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈",
      "equiv": "≡", "sim": "∼", "cong": "≅", "propto": "∝", "ll": "≪", "gg": "≫",
      "to": "→", "rightarrow": "→", "leftarrow": "←", "Rightarrow": "⇒", "implies": "⟹",
      "Leftrightarrow": "⇔", "iff": "⟺", "mapsto": "↦", "in": "∈", "notin": "∉",
      "subset": "⊂", "subseteq": "⊆", "supset": "⊃", "cup": "∪", "cap": "∩", "setminus": "∖",
      "emptyset": "∅", "varnothing": "∅", "forall": "∀", "exists": "∃", "neg": "¬",
      "land": "∧", "wedge": "∧", "lor": "∨", "vee": "∨", "oplus": "⊕", "otimes": "⊗",
      "infty": "∞", "partial": "∂", "nabla": "∇", "sum": "∑", "prod": "∏", "int": "∫",
      "angle": "∠", "perp": "⊥", "parallel": "∥", "mid": "∣", "nmid": "∤", "circ": "∘",
      "degree": "°", "triangle": "△", "square": "□", "ldots": "…", "dots": "…", "cdots": "⋯",
      "therefore": "∴", "because": "∵", "prime": "′", "ell": "ℓ", "hbar": "ℏ", "Re": "ℜ",
      "Im": "ℑ", "aleph": "ℵ", "langle": "⟨", "rangle": "⟩", "lfloor": "⌊", "rfloor": "⌋",
      "lceil": "⌈", "rceil": "⌉", "lvert": "|", "rvert": "|", "vert": "|", "Vert": "‖",
      "quad": "  ", "qquad": "    ", "colon": ":", "lbrace": "{", "rbrace": "}", "bmod": "mod",
      "longrightarrow": "⟶", "longleftarrow": "⟵", "Longrightarrow": "⟹", "leftrightarrow": "↔",
      "Longleftrightarrow": "⟺", "Leftarrow": "⇐", "impliedby": "⟸", "gets": "←", "uparrow": "↑",
      "downarrow": "↓", "leqslant": "≤", "geqslant": "≥", "lt": "<", "gt": ">", "simeq": "≃",
      "models": "⊨", "vdash": "⊢", "top": "⊤", "bot": "⊥", "lnot": "¬", "nexists": "∄",
      "supseteq": "⊇", "subsetneq": "⊊", "bullet": "•", "blacksquare": "■", "Box": "□",
      "checkmark": "✓", "dagger": "†", "vdots": "⋮", "ddots": "⋱", "dotsc": "…", "dotsb": "⋯",
      "iint": "∬", "iiint": "∭", "oint": "∮", "bigcup": "⋃", "bigcap": "⋂", "lVert": "‖",
      "rVert": "‖",
    ]
    let names = [
      "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh",
      "tanh", "log", "ln", "exp", "lim", "max", "min", "gcd", "lcm", "det", "dim", "ker", "deg",
      "mod", "Pr", "arg", "sup", "inf", "argmax", "argmin", "limsup", "liminf",
    ]
    for name in names { commands[name] = name }
    let greek = [
      "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε",
      "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ",
      "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
      "tau": "τ", "upsilon": "υ", "phi": "ϕ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
      "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π",
      "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    ]
    return commands.merging(greek) { $1 }
  }()

  /// Relations and operators that keep a space on both sides where they had one after them.
  static let spaced: Set<String> = [
    "×", "·", "÷", "±", "∓", "≤", "≥", "≠", "≈", "≡", "∼", "→", "⇒", "⟹", "⇔", "⟺", "∈",
    "∉", "⊂", "⊆", "∪", "∩", "∧", "∨", "⟶", "⟵", "↔", "⇐", "⟸", "←", "≃", "⊨", "⊢", "⊃", "⊇",
    "≅", "∝", "≪", "≫",
  ]

  /// What a backslash and one character mean inside a formula.
  package static let escaped: [Character: String] = [
    "%": "%", "$": "$", "#": "#", "&": "&", "_": "_", "{": "{", "}": "}", ",": " ", ";": " ",
    ":": " ", ">": " ", "!": "", " ": " ", "|": "‖",
  ]

  /// `\mathbb{letter}`; nil for what Unicode's first plane has not.
  static func doubleStruck(_ letter: String) -> LatexReader.Atom? {
    let letters = [
      "C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ",
    ]
    return letters[letter].map { LatexReader.Atom(text: $0) }
  }

  /// `text` with the mark of the command `name` over or under it; nil where it would have to be as wide
  /// as several signs and Unicode has none.
  static func marked(_ text: String, _ name: String) -> LatexReader.Atom? {
    let isLine = name == "overline" || name == "underline"
    guard let mark = marks[name], isLine || text.count == 1, !text.contains(" ") else { return nil }
    return LatexReader.Atom(text: text.map { String($0) + mark }.joined())
  }

  private static let marks = [
    "bar": "\u{304}", "hat": "\u{302}", "vec": "\u{20D7}", "tilde": "\u{303}", "dot": "\u{307}",
    "ddot": "\u{308}", "overline": "\u{305}", "underline": "\u{332}",
  ]

  static let superscripts: [Character: Character] = [
    "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸",
    "9": "⁹", "+": "⁺", "-": "⁻", "=": "⁼", "(": "⁽", ")": "⁾", "n": "ⁿ", "i": "ⁱ", "′": "′",
  ]

  static let subscripts: [Character: Character] = [
    "0": "₀", "1": "₁", "2": "₂", "3": "₃", "4": "₄", "5": "₅", "6": "₆", "7": "₇", "8": "₈",
    "9": "₉", "+": "₊", "-": "₋", "=": "₌", "(": "₍", ")": "₎", "a": "ₐ", "e": "ₑ", "i": "ᵢ",
    "j": "ⱼ", "k": "ₖ", "m": "ₘ", "n": "ₙ", "o": "ₒ", "p": "ₚ", "r": "ᵣ", "s": "ₛ", "t": "ₜ",
    "x": "ₓ",
  ]
}
