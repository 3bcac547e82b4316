package casework

import (
	"wasl/internal/domain/document"
	"wasl/internal/domain/intake"
)

// issue makes the service's document of a granted case, in the applicant's
// language, signed by the document key; nil where the service issues none.
func (o *Office) issue(m *material, id, words string) (*issued, error) {
	if m.definition.Outcome.Grant.Document == "" {
		return nil, nil
	}
	doc, err := document.Issue(document.Input{
		Service: m.definition, Reading: m.reading, Authority: o.Book().Authority(m.Authority), Unit: m.Unit, Language: m.content.language,
		Number: document.NewNumber(), Reference: m.Reference, At: m.at, Words: words, Verify: o.portal + "/" + string(m.content.language) + "/verify"}, o.signer)
	if err != nil {
		return nil, err
	}
	d := &issued{number: string(doc.Number), name: doc.Name, digest: doc.Digest}
	if d.message, err = intake.SealMessage(m.content.reply, m.Reference, intake.MessageDocument, id+".document", m.at, doc.PDF); err != nil {
		return nil, err
	}
	d.envelope, d.body, err = o.own(m.caseRow, intake.MessageDocument, sectionDocument, doc.PDF)
	return d, err
}
