package casework

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"wasl/internal/base/db"
	"wasl/internal/base/errs"
	"wasl/internal/domain/identity"
	"wasl/internal/domain/intake"
)

// Fields that blind indexes answer for, exactly.
const (
	ByReference = "reference"
	ByNumber    = "number" // identity number
	ByPhone     = "phone"
	ByName      = "name" // family and given name together, never one alone: single names tell too much
)

var searchFields = []string{ByNumber, ByPhone, ByName}

// searchValues are the normalised texts to index for one field of the intake
// section: a string, or a person's name pairs.
func searchValues(field string, value any) []string {
	switch v := value.(type) {
	case string:
		if n := normal(field, v); n != "" {
			return []string{n}
		}
	case map[string]any:
		var out []string
		for _, script := range []string{"latin", "ar"} {
			given, _ := v["given_"+script].(string)
			family, _ := v["family_"+script].(string)
			if given != "" && family != "" {
				out = append(out, normal(ByName, family+" "+given))
			}
		}
		return out
	}
	return nil
}

// normal folds what people write differently. Of a number: case, spaces and
// marks. Of a phone: the country code. Of a name: case, marks, accents, Arabic
// letter forms and the order of its words.
func normal(field, s string) string {
	switch field {
	case ByPhone:
		digits := strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, s)
		digits = strings.TrimPrefix(digits, "00")
		if national, ok := strings.CutPrefix(digits, "212"); ok && len(national) == 9 {
			return "0" + national
		}
		return digits
	case ByName:
		return normalName(s)
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, s)
}

var nameForms = strings.NewReplacer("ى", "ي", "ة", "ه", "ٱ", "ا", "ـ", "", "-", " ", "'", "", "’", "", "ʼ", "")

func normalName(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(strings.ToLower(s)))
	words := strings.Fields(nameForms.Replace(s))
	slices.Sort(words)
	return strings.Join(words, " ")
}

// Search finds the cases of the agent's unit by an exact value, a hundred at
// most; a name is a family and a given name together, in either script and
// order. Nothing but keyed hashes is compared. errs.Invalid search.field.
func (o *Office) Search(ctx context.Context, who *identity.Agent, field, value string) ([]Row, error) {
	if !who.May(identity.SeeQueue) {
		return nil, stranger()
	}
	var out []Row
	err := o.db.View(ctx, func(tx *db.Tx) error {
		switch field {
		case ByReference:
			ref, err := intake.ParseReference(value)
			if err != nil {
				return nil
			}
			c, err := find(tx, who, string(ref))
			if err == nil {
				out = append(out, c.Row)
			} else if errs.KindOf(err) != errs.NotFound {
				return err
			}
			return nil
		case ByNumber, ByPhone, ByName:
			return o.byMAC(tx, who, field, normal(field, value), &out)
		}
		return errs.New(errs.Invalid, "search.field")
	})
	return out, err
}

func (o *Office) byMAC(tx *db.Tx, who *identity.Agent, field, value string, out *[]Row) error {
	rows, err := tx.Query(`SELECT `+caseColumns+` FROM casefile WHERE authority = $1 AND unit = $2
		AND reference IN (SELECT reference FROM blind WHERE field = $3 AND mac = $4) ORDER BY sort_on, reference LIMIT 100`,
		who.Authority, who.Unit, field, o.mac(who.Authority, who.Unit, field, value))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		c, err := scanCase(rows)
		if err != nil {
			return err
		}
		*out = append(*out, c.Row)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return markUnread(tx, *out)
}
