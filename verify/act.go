package verify

// CheckAct checks a signed letter. A letter dated from the revocation of its
// key on does not stand.
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
	for _, s := range f.Signatures {
		if t.Revoked(s.Certificate.KeyID, a.At.Time) {
			return nil, nil, failed(CodeRevoked, "its key was revoked before it was dated")
		}
	}
	return &a, cert, nil
}
