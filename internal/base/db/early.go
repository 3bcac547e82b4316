//go:build !wasl_control_early

package db

// acknowledgeEarly is what this program never does.
const acknowledgeEarly = false
