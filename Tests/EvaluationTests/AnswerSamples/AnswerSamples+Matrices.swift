extension AnswerSamples {
  /// Matrices and systems.
  static let matrices = AnswerSamples(
    equal: #"""
      \begin{bmatrix}1&2\\3&4\end{bmatrix} ⇔ \begin{pmatrix}1&2\\3&4\end{pmatrix}
      \begin{pmatrix}1&0\\0&1\end{pmatrix}\begin{pmatrix}2\\3\end{pmatrix} ⇔ \begin{pmatrix}2\\3\end{pmatrix}
      \begin{vmatrix}1&2\\3&4\end{vmatrix} ⇔ -2
      2\begin{pmatrix}1\\2\end{pmatrix}+\begin{pmatrix}1\\1\end{pmatrix} ⇔ \begin{pmatrix}3\\5\end{pmatrix}
      \begin{cases}x=1\\y=2\end{cases} ⇔ x=1,y=2
      \dfrac{1}{2}\begin{pmatrix}2\\4\end{pmatrix} ⇔ \begin{pmatrix}1\\2\end{pmatrix}
      \left[\begin{array}{cc}1&2\\3&4\end{array}\right] ⇔ \begin{bmatrix}1&2\\3&4\end{bmatrix}
      \begin{bmatrix}1\\2\end{bmatrix} ⇔ (1,2)
      \left(\begin{array}{c}1\\2\end{array}\right) ⇔ \begin{pmatrix}1\\2\end{pmatrix}
      \begin{pmatrix}1&2\end{pmatrix}^T ⇔ \begin{pmatrix}1\\2\end{pmatrix}
      [[1,2],[3,4]] ⇔ \begin{pmatrix}1&2\\3&4\end{pmatrix}
      """#,
    different: #"""
      \begin{pmatrix}1&2\\3&4\end{pmatrix} ⇔ \begin{pmatrix}1&3\\2&4\end{pmatrix}
      \begin{pmatrix}1\\2\end{pmatrix} ⇔ (2,1)
      [[1,3],[2,4]] ⇔ \begin{pmatrix}1&2\\3&4\end{pmatrix}
      """#)
}
