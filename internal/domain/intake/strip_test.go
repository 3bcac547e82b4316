package intake

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"testing"
)

// exifSegment is an APP1 segment with an orientation and a planted word.
func exifSegment(orientation byte) []byte {
	body := append([]byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x02"),
		0x01, 0x0f, 0, 2, 0, 0, 0, 8, 0, 0, 0, 38, // the maker, far behind
		0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0)
	body = append(body, "Qanaryzed 34.02N 6.83W"...)
	return append(binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2)), body...)
}

func chunk(kind, data string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(b, kind+data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE([]byte(kind+data)))
}

func stripped(t *testing.T, media string, in []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := strip(media, bufio.NewReaderSize(bytes.NewReader(in), 4096), &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestStripTakesTheTaleOutOfPhotos(t *testing.T) {
	picture := image.NewGray(image.Rect(0, 0, 40, 30))
	var j, p bytes.Buffer
	if err := jpeg.Encode(&j, picture, nil); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&p, picture); err != nil {
		t.Fatal(err)
	}
	comment := []byte("\xff\xfe\x00\x0bQanaryzed")
	told := bytes.Join([][]byte{j.Bytes()[:2], exifSegment(6), comment, j.Bytes()[2:]}, nil)
	got := stripped(t, "image/jpeg", told)
	if bytes.Contains(got, []byte("Qanary")) {
		t.Error("the photo still tells")
	}
	if o := orientation(got[2:]); o != 6 {
		t.Errorf("orientation %d, want 6", o)
	}
	if _, err := jpeg.Decode(bytes.NewReader(got)); err != nil {
		t.Error(err)
	}
	if got := stripped(t, "image/jpeg", j.Bytes()); !bytes.Equal(got, j.Bytes()) {
		t.Error("a photo that tells nothing was changed")
	}

	const head = 8 + 25 // signature and IHDR
	told = bytes.Join([][]byte{p.Bytes()[:head], chunk("tEXt", "Author\x00Qanaryzed"), chunk("eXIf", "Qanaryzed"), p.Bytes()[head:]}, nil)
	if got := stripped(t, "image/png", told); !bytes.Equal(got, p.Bytes()) {
		t.Error("the picture is not as it was without its tale")
	}
	if got := stripped(t, "application/pdf", pdf); !bytes.Equal(got, pdf) {
		t.Error("a PDF was changed")
	}
}

func FuzzStrip(f *testing.F) {
	f.Add([]byte("\xff\xd8" + string(exifSegment(3)) + "\xff\xda\x00\x04ab"))
	f.Add([]byte("\x89PNG\r\n\x1a\n" + string(chunk("tEXt", "x"))))
	f.Fuzz(func(t *testing.T, in []byte) {
		for _, media := range []string{"image/jpeg", "image/png", "image/webp"} {
			if out := stripped(t, media, in); len(out) > len(in)+36 {
				t.Errorf("%s grew from %d to %d bytes", media, len(in), len(out))
			}
		}
	})
}
