package service

import (
	"fmt"
	"os"
	"testing"
	"time"
)

// tree is the repository: services, blocks, law, authorities, territory.
var tree = os.DirFS("../../..")

// TestServices judges every service of the repository and runs its examples;
// none has a finding, not even a warning:
// go test ./internal/domain/service -run TestServices
func TestServices(t *testing.T) {
	start := time.Now()
	defer func() {
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("judging every service took %s; 2 s at most", took)
		}
	}()
	for _, f := range Check(tree) {
		text := fmt.Sprintf("%s:%d: %s (%s %s)\n\t%s", f.File, f.Line, f.Message, f.Rule, f.Article, f.Mend)
		t.Error(text)
	}
}
