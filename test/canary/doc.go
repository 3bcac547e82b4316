// Package canary holds the tests that plant words only people would type, in
// everything a person or an agent can enter, and then look for them in every
// byte that either side keeps: stores, sealed files, temporary files, logs,
// while it works and after it ended, in each way a word can be written. In the
// portal's folder nothing may be found at all, in the office's no more than
// the agents' names. A build that seals nothing must be caught by the same
// look, and with everything the portal has no filing may open.
package canary
