// Package kill holds the tests that end processes in the middle of their work:
// several people and an agent go on filing, asking, answering and deciding
// while the portal, the office or everything is killed at random moments and
// comes back; afterwards nothing that was acknowledged may be missing or
// doubled. It looks at the product from outside and at both stores directly.
// A build that acknowledges before it is durable must be caught, and a trace
// of the portal's system calls shows what no kill can: that the disk was asked
// before the answer was given.
package kill
