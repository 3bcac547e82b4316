package web

import (
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"wasl/internal/base/errs"
)

// Limits bound one form. Zero values become the defaults.
type Limits struct {
	Body   int64 // bytes of the whole body; 64 MiB
	Values int64 // bytes of all names and values together; 1 MiB
	Fields int   // number of values; 5,000
	Files  int   // number of files; 400
	File   int64 // bytes of each file; 16 MiB
}

func (l Limits) filled() Limits {
	fill := func(n *int64, def int64) {
		if *n == 0 {
			*n = def
		}
	}
	fill(&l.Body, 64<<20)
	fill(&l.Values, 1<<20)
	fill(&l.File, 16<<20)
	if l.Fields == 0 {
		l.Fields = 5000
	}
	if l.Files == 0 {
		l.Files = 400
	}
	return l
}

// Form reads a posted form, urlencoded or multipart, as it arrives: values are
// returned, each file is given to file as a stream to be read before it
// returns, and nothing touches the disk. A part with an empty file name (no
// file chosen) is left out. Broken UTF-8 is kept for the caller to judge. For
// GET it gives the query.
//
// Errors: body.large (413) over Body, Values or Fields; body.broken (400);
// body.type (415); body.files (422). Reading a file over File fails with
// body.file-large (422). An error of file ends the form and is returned. With
// an error the values read so far are returned too.
func Form(r *http.Request, lim Limits, file func(name, filename string, r io.Reader) error) (url.Values, error) {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return r.URL.Query(), nil
	}
	f := stateOf(r).form
	if f == nil {
		var err error
		if f, err = newStream(r); err != nil {
			return url.Values{}, err
		}
		stateOf(r).form = f
	}
	err := f.run(lim.filled(), file)
	return f.values, err
}

// Posted is what Form has read so far: the values that stand before the file
// its callback is given, such as the hidden _token.
func Posted(r *http.Request) url.Values {
	if f := stateOf(r).form; f != nil {
		return f.values
	}
	return url.Values{}
}

// stream is a form being read.
type stream struct {
	r      *http.Request
	src    *meter
	parts  *multipart.Reader // nil when urlencoded
	lim    Limits
	values url.Values
	size   int64 // bytes of names and values so far
	fields int
	files  int
	file   *multipart.Part // the file reached, not yet read
	name   string          // its control
	ended  bool
}

func newStream(r *http.Request) (*stream, error) {
	f := &stream{r: r, src: &meter{r: r.Body}, lim: Limits{}.filled(), values: url.Values{}}
	if r.Body == nil || r.Body == http.NoBody {
		f.ended = true
		return f, nil
	}
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && kind == "multipart/form-data" && params["boundary"] != "":
		f.parts = multipart.NewReader(f.src, params["boundary"])
	case err == nil && kind == "application/x-www-form-urlencoded":
	default:
		return nil, errs.New(errs.Invalid, KeyBodyType)
	}
	return f, nil
}

func (f *stream) run(lim Limits, file func(name, filename string, r io.Reader) error) error {
	f.lim = lim
	f.src.most = lim.Body
	if f.r.ContentLength > lim.Body || f.over() {
		return errs.New(errs.Invalid, KeyBodyLarge)
	}
	for {
		if err := f.texts(); err != nil {
			return err
		}
		if f.file == nil {
			return nil
		}
		if f.files++; f.files > lim.Files {
			return errs.New(errs.Invalid, KeyBodyFiles)
		}
		if err := f.oneFile(file); err != nil {
			return err
		}
	}
}

func (f *stream) over() bool { return f.size > f.lim.Values || f.fields > f.lim.Fields }

// texts reads values up to the next file or the end.
func (f *stream) texts() error {
	if f.ended || f.file != nil {
		return nil
	}
	if f.parts == nil {
		f.ended = true
		return f.urlencoded()
	}
	for {
		f.src.allow(64 << 10)
		part, err := f.parts.NextRawPart()
		f.src.allow(-1)
		if err == io.EOF {
			f.ended = true
			return nil
		}
		if err != nil {
			return broken(err)
		}
		_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
		if err != nil {
			return broken(err)
		}
		if _, isFile := params["filename"]; isFile {
			f.file, f.name = part, params["name"]
			return nil
		}
		if err := f.value(params["name"], part); err != nil {
			return err
		}
	}
}

func (f *stream) value(name string, part io.Reader) error {
	left := f.lim.Values - f.size
	raw, err := io.ReadAll(io.LimitReader(Kept(f.r, part), left+1))
	if err != nil {
		return broken(err)
	}
	return f.add(name, string(raw))
}

func (f *stream) add(name, value string) error {
	f.size += int64(len(name) + len(value))
	f.fields++
	if f.over() {
		return errs.New(errs.Invalid, KeyBodyLarge)
	}
	f.values.Add(name, value)
	return nil
}

func (f *stream) urlencoded() error {
	// Percent-encoding makes up to three bytes of each one.
	most := 3*f.lim.Values + 2*int64(f.lim.Fields)
	raw, err := io.ReadAll(io.LimitReader(Kept(f.r, f.src), most+1))
	if err != nil {
		return broken(err)
	}
	if int64(len(raw)) > most {
		return errs.New(errs.Invalid, KeyBodyLarge)
	}
	for pair := range strings.SplitSeq(string(raw), "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		if name, err = url.QueryUnescape(name); err != nil {
			return broken(err)
		}
		if value, err = url.QueryUnescape(value); err != nil {
			return broken(err)
		}
		if err := f.add(name, value); err != nil {
			return err
		}
	}
	return nil
}

// oneFile gives the file reached to the callback and passes what it left over.
func (f *stream) oneFile(file func(name, filename string, r io.Reader) error) error {
	part := f.file
	f.file = nil
	if filename := part.FileName(); filename != "" && file != nil {
		if err := file(f.name, filename, &capped{r: part, left: f.lim.File}); err != nil {
			return broken(err)
		}
	}
	if _, err := io.Copy(io.Discard, part); err != nil {
		return broken(err)
	}
	return nil
}

// capped fails once a file is longer than its limit.
type capped struct {
	r    io.Reader
	left int64
}

func (c *capped) Read(p []byte) (int, error) {
	if int64(len(p)) > c.left+1 {
		p = p[:c.left+1]
	}
	n, err := c.r.Read(p)
	if int64(n) > c.left {
		n = int(c.left)
		c.left = 0
		return n, errs.New(errs.Invalid, KeyFileLarge)
	}
	c.left -= int64(n)
	if err != nil && err != io.EOF {
		err = broken(err)
	}
	return n, err
}

// meter counts the bytes of a body against its limit, and those of a part's
// head against a smaller one.
type meter struct {
	r    io.Reader
	seen int64
	most int64 // 0 is not known yet
	head int64 // bytes this head may still take; -1 is no head
}

func (m *meter) allow(head int64) { m.head = head }

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.seen += int64(n)
	if m.most > 0 && m.seen > m.most {
		return 0, errs.New(errs.Invalid, KeyBodyLarge)
	}
	if m.head > 0 {
		if m.head -= int64(n); m.head <= 0 {
			return 0, errs.New(errs.Invalid, KeyBodyLarge)
		}
	}
	return n, err
}
