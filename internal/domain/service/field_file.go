package service

import (
	"encoding/base64"
	"slices"
	"strconv"

	"cel.dev/cel-go/cel"
)

// mediaTypes are the file types behind each word of accept.
var mediaTypes = map[string][]string{
	"pdf":   {"application/pdf"},
	"image": {"image/jpeg", "image/png", "image/webp", "image/heic"},
}

// NoteLater is the note of a document that may come after filing.
const NoteLater = "may-come-later"

func fileKind() *kind {
	return &kind{
		keys: []string{"accept", "max_files", "note"},
		read: readFiles, put: putFiles,
		schema: fileSchema,
		value:  func(*Question) *cel.Type { return cel.ListType(cel.StringType) },
		zero:   func(*Question) any { return []string{} },
		show: func(_ *shower, _ *Question, v any) []Shown {
			var all []Shown
			for _, f := range list(v) {
				all = append(all, Shown{Kind: ShownFile, Text: str(object(f)["name"]), ID: str(object(f)["id"])})
			}
			return all
		},
		check: func(c *compiler, q *Question, s *questionSource) {
			if len(q.Accept) == 0 {
				q.Accept = []string{"pdf", "image"}
			}
			for _, a := range q.Accept {
				if mediaTypes[a] == nil {
					c.f.addMend(ruleValue, s.Line, suggest(a, keysOf(mediaTypes)), "one_of", "key", q.ID+".accept", "word", a)
				}
			}
			if q.MaxFiles == 0 {
				q.MaxFiles = 1
			}
			if q.MaxFiles < 0 || q.MaxFiles > MaxFiles {
				c.f.add(ruleValue, s.Line, "max_files", "id", q.ID, "max", MaxFiles)
			}
			if s.Note != "" && s.Note != NoteLater {
				c.f.addMend(ruleValue, s.Line, suggest(s.Note, []string{NoteLater}), "one_of", "key", q.ID+".note", "word", s.Note)
			}
			q.Later = s.Note == NoteLater
		},
	}
}

// readFiles judges what the store says about the files given; their bytes are
// sealed and never seen here.
func readFiles(r *reader, q *Question, at string) any {
	answer := []any{}
	for _, f := range r.files {
		if f.Question != at {
			continue
		}
		if !slices.Contains(q.MediaTypes(), f.MediaType) {
			r.problem(at, "file.type")
			return nil
		}
		answer = append(answer, map[string]any{"id": f.ID, "name": f.Name, "media_type": f.MediaType, "size": f.Size})
	}
	switch n := len(answer); {
	case n == 0 && q.Later:
		r.missing = append(r.missing, at)
		return nil
	case n == 0:
		if !q.Optional {
			r.problem(at, "missing.file")
		}
		return nil
	case n > q.MaxFiles:
		r.problem(at, "file.many", "max", q.MaxFiles)
		return nil
	}
	return answer
}

// UploadedFile is a file that came through the API, inside the answers.
type UploadedFile struct {
	Question, Name, MediaType string
	Data                      []byte
}

// putFiles takes one file or a list of files.
func putFiles(p *putter, _ *Question, at string, v any) {
	files, ok := v.([]any)
	if !ok {
		files = []any{v}
	}
	if len(files) > MaxFiles {
		p.problem(at, "file.many", "max", MaxFiles)
		return
	}
	for i, f := range files {
		field := at
		if ok {
			field = at + "." + strconv.Itoa(i)
		}
		fields, isObject := f.(map[string]any)
		name, hasName := fields["name"].(string)
		media, hasMedia := fields["media_type"].(string)
		data, hasData := fields["data"].(string)
		if !isObject || !hasName || !hasMedia || !hasData || len(fields) != 3 {
			p.problem(field, "json.file")
			continue
		}
		raw, err := base64.StdEncoding.DecodeString(data)
		if err != nil {
			p.problem(field+".data", "json.base64")
			continue
		}
		p.files = append(p.files, UploadedFile{Question: at, Name: name, MediaType: media, Data: raw})
	}
}

func fileSchema(q *Question) map[string]any {
	one := map[string]any{
		"type": "object",
		"properties": map[string]any{
			"name":       map[string]any{"type": "string", "minLength": 1, "maxLength": 255},
			"media_type": map[string]any{"type": "string", "enum": anySlice(q.MediaTypes())},
			"data":       map[string]any{"type": "string", "contentEncoding": "base64"},
		},
		"required": anySlice([]string{"name", "media_type", "data"}), "additionalProperties": false,
	}
	if q.MaxFiles == 1 {
		return one
	}
	return map[string]any{"type": "array", "minItems": 1, "maxItems": q.MaxFiles, "items": one}
}
