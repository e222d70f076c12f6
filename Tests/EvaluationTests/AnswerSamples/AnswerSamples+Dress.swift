extension AnswerSamples {
  /// What stands around answers, and letters of choices.
  static let dress = AnswerSamples(
    equal: #"""
      ｘ＝５ ⇔ 5
      （１，２） ⇔ (1,2)
      ［1，2］ ⇔ [1,2]
      **Answer: 5** ⇔ 5
      **Answer:** 42 ⇔ 42
      **Answer**: 42 ⇔ 42
      **Final Answer:** $42$ ⇔ 42
      **Answer:** **42** ⇔ 42
      ## Answer: 42 ⇔ 42
      __5__ ⇔ 5
      $$5$$ ⇔ 5
      \[5\] ⇔ 5
      \(5\) ⇔ 5
      \textbf{(C)}\ 7 ⇔ C
      \mathrm{(C)} ⇔ C
      (C) 7 ⇔ 7
      C. 7 ⇔ C
      B: 12 ⇔ B
      Option B ⇔ B
      \boxed{5} ⇔ 5
      \boxed{\frac12} ⇔ 0.5
      The answer is $\frac{1}{2}$. ⇔ 0.5
      Therefore, the answer is 7. ⇔ 7
      "\frac{1}{2}" ⇔ 0.5
      P(A)=\frac13 ⇔ 1/3
      The probability is 1/2 ⇔ 1/2
      \text{The answer is }5 ⇔ 5
      \text{A} ⇔ A
      \$\frac{1}{2}\$ ⇔ \frac12
      5\\ ⇔ 5
      \boldsymbol{13} ⇔ 13
      \fbox{5} ⇔ 5
      \mathit{5} ⇔ 5
      \phantom{0}5 ⇔ 5
      \underline{5} ⇔ 5
      "5" ⇔ 5
      **13** ⇔ 13
      *5* ⇔ 5
      :5 ⇔ 5
      =5 ⇔ 5
      The answer is 5. ⇔ 5
      \text{Answer: } 5 ⇔ 5
      `5` ⇔ 5
      25^\circ\text{C} ⇔ 25^\circ
      C) ⇔ C
      [C] ⇔ C
      \textbf{(B) } \frac{1}{2} ⇔ B
      \text{(B) } 12 ⇔ B
      option C ⇔ C
      ２５ ⇔ 25
      【5】 ⇔ 5
      「5」 ⇔ 5
      (５) ⇔ 5
      ***5*** ⇔ 5
      - 5 ⇔ -5
      \color{red}{5} ⇔ 5
      \mathbf{5} ⇔ 5
      \textbf{5} ⇔ 5
      \text{(D)} ⇔ D
      \textbf{D} ⇔ D
      (D)\ \frac{1}{2} ⇔ D
      (D) \frac{1}{2} ⇔ \frac12
      D) 5 ⇔ D
      D: \text{yes} ⇔ D
      The correct option is (D) ⇔ D
      The answer is (D). ⇔ D
      Choice D ⇔ D
      **D** ⇔ D
      $\boxed{\text{D}}$ ⇔ D
      "the ellipse" ⇔ ellipse
      \text{The area is } 12 ⇔ 12
      \boldsymbol{x=5} ⇔ 5
      \boldsymbol{145^\circ} ⇔ 145
      \underline{(1,2]} ⇔ (1, 2]
      (K) 5 ⇔ K
      Z ⇔ (Z) 26
      \emph{5} ⇔ 5
      \small 5 ⇔ 5
      \text{\textbf{5}} ⇔ 5
      \color{blue}5 ⇔ 5
      \colorbox{yellow}{5} ⇔ 5
      \hspace{1em}5 ⇔ 5
      5 \tag{1} ⇔ 5
      _5_ ⇔ 5
      # 5 ⇔ 5
      The answer would be 5. ⇔ 5
      The answer is therefore 5 ⇔ 5
      Ans. 5 ⇔ 5
      5 (approx.) ⇔ 5
      There are 5 apples. ⇔ 5
      She has 5 apples left. ⇔ 5
      c) ⇔ C
      c ⇔ (C) 12
      """#,
    different: #"""
      \textbf{(B)}\ 12 ⇔ C
      (B) 12 ⇔ 13
      (A) 5 ⇔ (B) 5
      A ⇔ B
      (A) ⇔ (B)
      \textbf{(A)}\ 5 ⇔ \textbf{(B)}\ 5
      (A) 12 ⇔ B
      (K) 5 ⇔ L
      (X)(X+1) ⇔ (X)(X+2)
      (A) and (C) ⇔ A
      A) or B) ⇔ A
      d ⇔ (C) 12
      She has 6 apples left. ⇔ 5
      """#)
}
