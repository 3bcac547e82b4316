package robot

import (
	"fmt"
	"time"

	"wasl/verify"
)

// CheckReceipt verifies a receipt file offline, as anyone can: with the trust
// file the portal publishes, taking its root as it is.
func CheckReceipt(receipt, trust []byte) error {
	t, err := verify.ParseTrust(trust, nil)
	if err != nil {
		return fmt.Errorf("the trust file: %w", err)
	}
	_, err = verify.ParseReceipt(receipt, t, time.Now())
	return err
}
