//go:build wasl_control_early

package db

// acknowledgeEarly answers callers before their commit: the kill test must
// find a program built so to lose what it acknowledged.
const acknowledgeEarly = true
