// Package pins keeps the module graph whole while packages land.
//
// It knows only import paths; nothing may import it; it goes when every
// dependency has its first real user.
package pins

import (
	_ "cel.dev/cel-go/cel"
	_ "github.com/alecthomas/kong"
	_ "github.com/andybalholm/brotli"
	_ "github.com/chromedp/chromedp"
	_ "github.com/gabriel-vasile/mimetype"
	_ "github.com/go-text/typesetting/shaping"
	_ "github.com/goccy/go-yaml"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/rogpeppe/go-internal/testscript"
	_ "github.com/santhosh-tekuri/jsonschema/v6"
	_ "golang.org/x/crypto/argon2"
	_ "golang.org/x/image/math/fixed"
	_ "golang.org/x/mod/sumdb/tlog"
	_ "golang.org/x/net/html"
	_ "golang.org/x/text/language"
	_ "golang.org/x/time/rate"
	_ "modernc.org/sqlite"
	_ "rsc.io/qr"
)
