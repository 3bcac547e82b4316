package pii

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestTextHidesItself(t *testing.T) {
	name := Text("Zineb")
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("filed", "name", name)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("filed", "name", name, "all", []Text{name}, "in", struct{ N Text }{name})
	shown := []string{log.String(), name.GoString(), name.String(), fmt.Sprint(&name, []Text{name}, map[Text]Text{name: name})}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		shown = append(shown, fmt.Sprintf(verb, name), fmt.Sprintf(verb, struct{ N Text }{name}))
	}
	for _, s := range shown {
		if strings.Contains(s, "Zineb") || strings.Contains(s, "5a696e6562") {
			t.Errorf("the name shows: %s", s)
		}
	}
	for _, v := range []any{name, &name, []Text{name}, struct{ N Text }{name}} {
		if b, err := json.Marshal(v); err == nil {
			t.Errorf("%T encoded as %s", v, b)
		}
	}
	if name.Reveal() != "Zineb" {
		t.Error("Reveal does not give the text")
	}
}
