package main

import (
	"context"
	"fmt"
	"os"

	"wasl/internal/domain/document"
	"wasl/internal/domain/service"
)

// publish is `wasl publish DIR --config FILE`: 1 with the findings when a
// definition has errors, else everything in DIR is in force; a text that is
// already stays.
type publish struct {
	Dir    string `arg:"" type:"existingdir" help:"Folder that holds authorities, blocks, law, services and territory."`
	Config string `required:"" type:"existingfile" help:"The office's configuration file."`
	Trust  string `required:"" type:"existingfile" help:"The trust file that the root signed."`
}

func (c publish) Run() error {
	fsys := os.DirFS(c.Dir)
	if found := append(service.Check(fsys), document.Check(fsys)...); service.HasErrors(found) {
		printFindings(found, terminalLang())
		return errWrong
	}
	trust, err := os.ReadFile(c.Trust)
	if err != nil {
		return err
	}
	pubs, err := contentOf(fsys, trust)
	if err != nil {
		return err
	}
	ctx, newer := context.Background(), 0
	err = useOffice(ctx, c.Config, func(o *openedOffice) (err error) {
		if pubs, newer, err = o.office.WithoutOlderLaw(ctx, pubs...); err != nil {
			return err
		}
		return o.office.Publish(ctx, pubs...)
	})
	if err != nil {
		return err
	}
	if newer > 0 {
		fmt.Printf("kept law ma: version %d in force is newer than the folder's (wasl law show)\n", newer)
	}
	for _, p := range pubs {
		fmt.Printf("published %s %s %s\n", p.Kind, p.ID, p.Hash())
	}
	return nil
}
