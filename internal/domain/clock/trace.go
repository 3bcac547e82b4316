package clock

// Step is one event of a trace: how the law took it, and the clock at the end
// of its day without it and with it, before the events that followed.
type Step struct {
	Event  Event
	Ruling Ruling
	Before Clock
	Clock  Clock
}

// Trace follows a case event by event, in the order in which the engine takes
// them. A refusal whose notice is an event of its own is pending until then.
func Trace(p *Profile, t Terms, events []Event) []Step {
	all := inOrder(events)
	steps := make([]Step, len(all))
	to := func(n int, day Date) *fold {
		f := newFold(p, t, all)
		for i := range n {
			f.take(i, p.DateOf(all[i].At))
		}
		f.advance(day)
		return f
	}
	for i, e := range all {
		day := p.DateOf(e.At)
		f := to(i, day)
		steps[i] = Step{Event: e, Ruling: f.judge(e, day), Before: to(i, day).finish(day)}
		f.take(i, day)
		steps[i].Clock = f.finish(day)
	}
	return steps
}
