import Traces

/// How the base model's own steps are scored, and what a threshold that is a share makes of it.
extension Reasoner {
  /// Own steps that a judge with a wording is asked about before it is only asked now and then.
  private static let firstOwnSteps = 5
  /// After those, one own step in so many.
  private static let ownStepStride = 4

  /// Scores the step that the base model wrote last, where that is free or a share needs it.
  ///
  /// The pass that wrote the step knows what a likelihood judge would say. A wording costs a
  /// judgement, so only the first steps of a run and then every fourth are judged, and only for a
  /// share. A judgement that fails is let go: it decides nothing.
  func scoreOwnStep() async {
    guard let written = writtenByBase else { return }
    writtenByBase = nil
    guard let machine, machine.turn.mode.judgesSteps, !Task.isCancelled,
      let step = machine.turn.steps.last, step.committed?.text == written.generation.text
    else { return }
    let kind = turnOptions.judge
    guard kind.asksBase else { return }
    let judgement: Judgement
    if kind.isLikelihood {
      guard let opinion = written.generation.likelihood else { return }
      judgement = Judgement(opinion: opinion, promptTokens: 0, seconds: 0)
    } else {
      guard options.thresholdShare != nil, written.generation.stop == .stepEnd else { return }
      if recorder.state.ownScores(by: kind, turnOptions.score).count >= Self.firstOwnSteps {
        ownStepCount += 1
        guard ownStepCount % Self.ownStepStride == 0 else { return }
      }
      var prefix = written.request.prefix
      prefix.steps.append(written.generation.text)
      let request = JudgeRequest(
        prefix: prefix, judge: Prompts.judge(kind, own: turnOptions.judgeWording))
      guard let given = try? await backend.judge(request).first else { return }
      judgement = given
    }
    var judged = Judge.judged(
      step: step.number, judgement, by: kind, method: turnOptions.score)
    judged.seconds = judged.seconds.roundedToMicroseconds
    recorder.record(.stepScored(StepScored(judged, by: kind)))
    followShare()
  }

  /// Moves the threshold to where a share puts it, by the own steps scored so far and those of a
  /// calibration; says so where it moves.
  ///
  /// With too few scores the threshold stays where it is.
  func followShare() {
    guard let share = options.thresholdShare else { return }
    // A turn that runs keeps its judge.
    let judge = turn == nil ? options.judge : turnOptions.judge
    let known = calibrated.scores(by: judge, options.score)
    let seen = recorder.state.ownScores(by: judge, options.score)
    let scores = known + seen
    let resolved = AcceptanceThreshold.threshold(accepting: share, of: scores)
    let threshold = resolved ?? options.threshold
    options.threshold = threshold
    machine?.threshold = threshold
    guard threshold != recorder.state.threshold else { return }
    let percent = AcceptanceThreshold.share(share).text
    let origin = seen.isEmpty ? "from the calibration" : "\(known.count) from the calibration"
    let calibrated = known.isEmpty ? "" : ", \(origin)"
    let reason =
      resolved == nil
      ? "\(percent) of the base's own steps: \(scores.count) scored, "
        + "\(AcceptanceThreshold.leastOwnSteps) needed"
      : "\(percent) of \(scores.count) own steps of the base\(calibrated)"
    recorder.record(.thresholdAdapted(ThresholdAdapted(threshold: threshold, reason: reason)))
  }
}
