package main

import (
	"fmt"
	"io/fs"

	"wasl"
	"wasl/internal/domain/intake"
	"wasl/internal/domain/service"
)

var exampleContent fs.FS = wasl.Content

// contentOf turns folders (authorities, blocks, law, services, territory) and
// a trust file into what an office publishes. Services with errors are refused.
func contentOf(fsys fs.FS, trust []byte) ([]intake.Publication, error) {
	book, err := intake.FilesBody(fsys, "authorities", "territory")
	if err != nil {
		return nil, err
	}
	law, err := fs.ReadFile(fsys, "law/ma.yaml")
	if err != nil {
		return nil, fmt.Errorf("reading the legal profile: %w", err)
	}
	var pubs []intake.Publication
	for _, id := range service.List(fsys) {
		b, found := service.ReadBundle(fsys, id)
		if b == nil {
			return nil, fmt.Errorf("service %s cannot be read: %s", id, found[0].Message)
		}
		body, err := b.Marshal()
		if err != nil {
			return nil, err
		}
		pubs = append(pubs, intake.Publication{Kind: intake.PublishService, ID: id, Body: body})
	}
	// The trust file last: a portal is ready once it has everything.
	return append(pubs,
		intake.Publication{Kind: intake.PublishLaw, ID: "ma", Body: law},
		intake.Publication{Kind: intake.PublishAuthority, ID: "book", Body: book},
		intake.Publication{Kind: intake.PublishTrust, ID: "trust", Body: trust}), nil
}
