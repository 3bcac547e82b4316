// Package unseal opens envelopes with the office's private keys, and works out
// the blind indexes that only the office can. It keeps keys in one JSON file of
// mode 0600 and refuses a file others may read. Only domain/casework and
// cmd/wasl may use it, never anything the portal links; it is the one package
// that calls hpke.NewRecipient, NewPrivateKey or DeriveKeyPair.
package unseal
