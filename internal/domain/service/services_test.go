package service

import (
	"fmt"
	"os"
	"testing"
)

// tree is the repository: services, blocks, law, authorities, territory.
var tree = os.DirFS("../../..")

// TestServices judges every service of the repository and runs its examples:
// go test ./internal/domain/service -run TestServices
func TestServices(t *testing.T) {
	for _, f := range Check(tree) {
		text := fmt.Sprintf("%s:%d: %s (%s %s)\n\t%s", f.File, f.Line, f.Message, f.Rule, f.Article, f.Mend)
		if f.Severity == SeverityError {
			t.Error(text)
		} else {
			t.Log(text)
		}
	}
}
