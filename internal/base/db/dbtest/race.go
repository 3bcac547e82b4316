//go:build race

package dbtest

// raced: the race detector makes pure-Go SQLite 31 times slower.
const raced = true
