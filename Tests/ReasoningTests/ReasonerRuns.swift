import Reasoning
import TestSupport
import Traces

/// What a reasoner said over some turns.
func events(
  of backend: ScriptedBackend, _ options: RunOptions = RunOptions.published(),
  allowsOtherMode: Bool = false, prompts: [String] = ["problem"],
  clock: ManualClock = ManualClock(),
  reacting react: @escaping (Event, Reasoner) async -> Void = { _, _ in }
) async -> [Event] {
  let reasoner = Reasoner(
    backend: backend, options: options, allowsOtherMode: allowsOtherMode, version: "test",
    secondsSinceStart: { clock.seconds })
  async let turns: Void = {
    for prompt in prompts { await reasoner.run(prompt: prompt) }
    await reasoner.finish()
  }()
  var events: [Event] = []
  for await event in reasoner.events {
    events.append(event)
    await react(event, reasoner)
  }
  await turns
  return events
}

func state(_ events: [Event]) -> RunState {
  events.reduce(into: RunState()) { $0.apply($1) }
}
