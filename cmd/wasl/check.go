package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/document"
	"wasl/internal/domain/service"
)

// check is `wasl check [--json] [--lang ar|fr|en] DIR`: 0 when the services may
// be published, 1 with every finding otherwise.
type check struct {
	JSON bool   `name:"json" help:"Print the findings as a JSON array."`
	Lang string `name:"lang" enum:",ar,fr,en" default:"" help:"Language of messages and mends: ar, fr or en. Unless said, that of the terminal (LC_ALL, LC_MESSAGES, LANG), English in JSON."`
	Dir  string `arg:"" type:"existingdir" help:"Folder that holds services/ and blocks/."`
}

func (c check) Run() error {
	fsys := os.DirFS(c.Dir)
	if len(service.List(fsys)) == 0 {
		return fmt.Errorf("%s holds no services/<id>/service.yaml", c.Dir)
	}
	found := append(service.Check(fsys), document.Check(fsys)...)
	if c.JSON {
		if err := writeFindings(found, i18n.Lang(cmp.Or(c.Lang, "en"))); err != nil {
			return err
		}
	} else {
		printFindings(found, i18n.Lang(cmp.Or(c.Lang, string(terminalLang()))))
	}
	if service.HasErrors(found) {
		return errWrong
	}
	if !c.JSON {
		fmt.Printf("%d services may be published.\n", len(service.List(fsys)))
	}
	return nil
}

// terminalLang is the language of findings that the environment asks for.
func terminalLang() i18n.Lang {
	locale := cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG"))
	for _, l := range service.FindingLangs {
		if len(locale) >= 2 && locale[:2] == string(l) {
			return l
		}
	}
	return i18n.EN
}

// writeFindings prints the findings as a JSON array, empty when there are none.
func writeFindings(found []service.Finding, l i18n.Lang) error {
	all := make([]service.Finding, len(found))
	for i, f := range found {
		all[i] = f.In(l)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(all)
}

// printFindings prints a line for each finding.
func printFindings(found []service.Finding, l i18n.Lang) {
	for _, f := range found {
		f = f.In(l)
		article := ""
		if f.Article != "" {
			article = " (" + f.ArticleIn(l) + ")"
		}
		fmt.Printf("%s:%d: %s %s%s: %s. %s\n", f.File, f.Line, f.SeverityIn(l), f.Rule, article, f.Message, f.Mend)
	}
}
