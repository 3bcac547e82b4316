package verify

import "slices"

// CheckAct checks a signed letter. A letter has no proof of its time, so none
// stands once its key has a revocation.
func CheckAct(raw []byte, t *Trust) (*Act, error) {
	act, _, err := checkAct(raw, t)
	return act, err
}

func checkAct(raw []byte, t *Trust) (*Act, *Certificate, error) {
	f, err := unpack[Act](raw, FormatAct)
	if err != nil {
		return nil, nil, err
	}
	a := f.Signed
	cert, err := checkSignatures(claim{format: FormatAct, role: RoleDocument, authority: a.Authority, facts: a, at: a.At.Time}, f.Signatures, t)
	if err != nil {
		return nil, nil, err
	}
	if slices.ContainsFunc(f.Signatures, func(s Signature) bool { return t.everRevoked(s.Certificate.KeyID) }) {
		return nil, nil, failed(CodeRevoked, "its key was revoked, and nothing proves that it is older")
	}
	return &a, cert, nil
}
