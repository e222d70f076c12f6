extension AnswerSamples {
  /// Sets, intervals and inequalities.
  static let sets = AnswerSamples(
    equal: #"""
      x\le 2 ⇔ (-\infty,2]
      -1 < x \le 4 ⇔ (-1,4]
      (-1,4] ⇔ 4\ge x>-1
      \{\} ⇔ \emptyset
      \varnothing ⇔ ∅
      \{1, 2\} \cup \{3\} ⇔ \{1,2,3\}
      x \in (1,2) ⇔ 1<x<2
      [1,3]\cup[2,5] ⇔ [1,5]
      x\ne 3 ⇔ (-\infty,3)\cup(3,\infty)
      x>2 and x<5 ⇔ (2,5)
      \mathbb{R} ⇔ (-\infty,\infty)
      \text{all real numbers} ⇔ \mathbb{R}
      \sqrt[5]{-32} ⇔ -2
      -3\le x\le 3 ⇔ [-3,3]
      \{x\mid x>2\} ⇔ (2,\infty)
      \{x : x\ge 2\} ⇔ x\ge 2
      \left(-\infty,-2\right]\cup\left[2,\infty\right) ⇔ x\le -2\text{ or }x\ge 2
      x<2 \text{ or } x>3 ⇔ (-\infty,2)\cup(3,\infty)
      \sqrt[3]{-8} ⇔ -2
      (-\infty, 3) ⇔ x<3
      (3,\infty) ⇔ x>3
      2 \leqslant x < 5 ⇔ 2\le x<5
      \emptyset ⇔ \varnothing
      \lbrace 1,2 \rbrace ⇔ \{1,2\}
      \mathbb{R}\setminus\{0\} ⇔ (-\infty,0)\cup(0,\infty)
      \{1,2,3\} ⇔ {1,2,3}
      x \geq 3 ⇔ [3,\infty)
      ∅ ⇔ \emptyset
      x\in\{1,2\} ⇔ 1,2
      x>-3 ⇔ (-3,\infty)
      -3<x ⇔ (-3,\infty)
      x\geqslant 0 ⇔ [0,+\infty)
      x \leq -1 \text{ or } x \geq 1 ⇔ (-\infty,-1]\cup[1,\infty)
      \text{no solution} ⇔ \emptyset
      No real solutions ⇔ \varnothing
      \{(1,2),(3,4)\} ⇔ (3,4),(1,2)
      \{1\} ⇔ 1
      \left\{1,2\right\} ⇔ 1,2
      -\frac{1}{2} < x < \frac{1}{2} ⇔ \left(-\frac12,\frac12\right)
      [0, 1) \cup (1, 2] ⇔ [0,2]\setminus\{1\}
      \mathbb{R} \setminus \{1,2\} ⇔ (-\infty,1)\cup(1,2)\cup(2,\infty)
      x \neq 0 ⇔ \mathbb{R}\setminus\{0\}
      x \in \mathbb{R} ⇔ (-\infty,\infty)
      \{x \in \mathbb{R} \mid x \ge 1\} ⇔ [1,\infty)
      P(X>3)=0.2 ⇔ 0.2
      \mathbb R ⇔ (-\infty,\infty)
      \R ⇔ \mathbb{R}
      """#,
    different: #"""
      (1,2) ⇔ [1,2]
      x<2 ⇔ x\le 2
      x<2 ⇔ x>2
      \emptyset ⇔ 0
      \{1,2\} ⇔ \{1,3\}
      \mathbb{R} ⇔ \mathbb{Z}
      x>2 and x<5 ⇔ x>2 or x<5
      0 ⇔ \emptyset
      \sqrt[4]{x^4} ⇔ x
      [1,2] ⇔ [1,2)
      x\ge 3 ⇔ (3,\infty)
      (1,3) ⇔ x>1
      \{1,2,3\} ⇔ \{1,2\}
      2x>4 ⇔ x<2
      \frac{1}{0} ⇔ \infty
      \Q ⇔ \mathbb{R}
      """#)
}
