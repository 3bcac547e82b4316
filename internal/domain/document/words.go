package document

import (
	"strings"

	"wasl/internal/base/i18n"
	"wasl/internal/domain/service"
)

// WantsWords tells whether a service's document shows what the agent answers:
// without words it would be an empty answer.
func WantsWords(def *service.Definition, l i18n.Lang) bool {
	text, _ := def.Bundle().File(path(def, l))
	return strings.Contains(text, "{"+valueWords+"}")
}
