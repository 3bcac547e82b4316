package verify

// LeafReceipt is the type of leaf that a receipt rests on.
const LeafReceipt = "receipt"

// SaltSize is the size of a commitment's salt.
const SaltSize = 32
