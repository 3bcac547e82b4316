// Package attack sends a running demo what no patient person would, on both
// engines: wrong values in every spelling, odd bytes in every place, requests
// of strangers, pages sent twice, late or by twenty hands at once. Each must
// get its clear answer and lose nothing typed. Only tests use it.
package attack
