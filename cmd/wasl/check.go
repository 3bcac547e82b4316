package main

import (
	"encoding/json"
	"fmt"
	"os"

	"wasl/internal/domain/document"
	"wasl/internal/domain/service"
)

// check is `wasl check [--json] DIR`: 0 when the services may be published, 1
// with every finding otherwise.
type check struct {
	JSON bool   `name:"json" help:"Print the findings as a JSON array."`
	Dir  string `arg:"" type:"existingdir" help:"Folder that holds services/ and blocks/."`
}

func (c check) Run() error {
	fsys := os.DirFS(c.Dir)
	if len(service.List(fsys)) == 0 {
		return fmt.Errorf("%s holds no services/<id>/service.yaml", c.Dir)
	}
	found := append(service.Check(fsys), document.Check(fsys)...)
	if c.JSON {
		if found == nil {
			found = []service.Finding{}
		}
		out := json.NewEncoder(os.Stdout)
		out.SetEscapeHTML(false)
		out.SetIndent("", "  ")
		if err := out.Encode(found); err != nil {
			return err
		}
	} else {
		printFindings(found)
	}
	if service.HasErrors(found) {
		return errWrong
	}
	if !c.JSON {
		fmt.Printf("%d services may be published.\n", len(service.List(fsys)))
	}
	return nil
}

func printFindings(found []service.Finding) {
	for _, f := range found {
		article := ""
		if f.Article != "" {
			article = " (" + f.Article + ")"
		}
		fmt.Printf("%s:%d: %s %s%s: %s. %s\n", f.File, f.Line, f.Severity, f.Rule, article, f.Message, f.Mend)
	}
}
