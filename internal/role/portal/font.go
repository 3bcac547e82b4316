package portal

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
)

// fontTifinagh holds the letters of the Amazigh pages (IRCAM set of Noto Sans
// Tifinagh, OFL-1.1): many phones have none. Only pages in zgh ask for it,
// after their first paint.
//
//go:embed tifinagh.woff2
var fontTifinagh []byte

var fontName = func() string {
	sum := sha256.Sum256(fontTifinagh)
	return "tifinagh." + hex.EncodeToString(sum[:4]) + ".woff2"
}()
