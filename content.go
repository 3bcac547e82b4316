// Package wasl carries the example content of the repository: authorities,
// territory, services, blocks and the legal profile, as the demo publishes
// them. It knows files, not what they mean; the portal's binary never holds
// it, since the portal serves only what the office has published to it.
package wasl

import "embed"

// Content is the folders authorities, blocks, law, services and territory.
//
//go:embed authorities blocks law services territory
var Content embed.FS
