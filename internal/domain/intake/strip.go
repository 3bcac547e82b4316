package intake

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// A photo tells where and when it was taken, and with which phone. strip takes
// that out of JPEG and PNG as they stream in: it walks segments, never decodes
// a pixel, and keeps the picture's bytes as they are. Where the structure is
// not what it should be, the rest passes unchanged. Of EXIF only the
// orientation stays.
func strip(media string, r *bufio.Reader, w io.Writer) error {
	s := &stripper{r: r, w: w}
	switch media {
	case "image/jpeg":
		s.jpeg()
	case "image/png":
		s.png()
	}
	if s.err != nil {
		return s.err
	}
	_, err := io.Copy(w, r)
	return err
}

type stripper struct {
	r   *bufio.Reader
	w   io.Writer
	err error
}

// peek looks at the next n bytes, nil when there are fewer.
func (s *stripper) peek(n int) []byte {
	b, err := s.r.Peek(n)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		s.err = err
	}
	if len(b) < n || s.err != nil {
		return nil
	}
	return b
}

// pass hands on n bytes, or all that are left.
func (s *stripper) pass(n int64) {
	if _, err := io.CopyN(s.w, s.r, n); err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
}

func (s *stripper) drop(n int64) {
	if _, err := io.CopyN(io.Discard, s.r, n); err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
}

func (s *stripper) write(b []byte) {
	if _, err := s.w.Write(b); err != nil {
		s.err = err
	}
}

// Markers of JPEG.
const (
	markSOI, markSOS, markCOM = 0xd8, 0xda, 0xfe
	markAPP1, markAPP13       = 0xe1, 0xed
	markAPP0, markAPP15       = 0xe0, 0xef
	markICC, markAdobe        = 0xe2, 0xee // kept: they say how colours are meant
)

// jpeg walks the segments before the picture's data.
func (s *stripper) jpeg() {
	if b := s.peek(2); b == nil || b[0] != 0xff || b[1] != markSOI {
		return
	}
	for s.pass(2); s.err == nil; {
		b := s.peek(4)
		if b == nil || b[0] != 0xff || b[1] == markSOS {
			return
		}
		size := int64(binary.BigEndian.Uint16(b[2:])) + 2
		switch mark := b[1]; {
		case mark == 0xff: // a fill byte
			s.pass(1)
		case size < 4:
			return
		case mark == markAPP1:
			s.exif(int(size))
		case mark == markCOM, mark > markAPP0 && mark <= markAPP15 && mark != markICC && mark != markAdobe:
			s.drop(size)
		default:
			s.pass(size)
		}
	}
}

// exif replaces an EXIF segment by one that tells the orientation alone, where
// it tells one; other contents of APP1 go.
func (s *stripper) exif(size int) {
	segment := make([]byte, size)
	n, err := io.ReadFull(s.r, segment)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		s.err = err
		return
	}
	if o := orientation(segment[:n]); o > 1 && o <= 8 {
		s.write([]byte{0xff, markAPP1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8,
			0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, byte(o), 0, 0, 0, 0, 0, 0})
	}
}

// orientation finds tag 0x0112 in the first directory of an EXIF segment; 0
// when it is not there.
func orientation(segment []byte) uint16 {
	const head = 10 // marker, size, "Exif\0\0"
	if len(segment) < head+8 || string(segment[4:10]) != "Exif\x00\x00" {
		return 0
	}
	tiff := segment[head:]
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	entries := int64(order.Uint16(tiff[at:]))
	for at += 2; entries > 0 && at+12 <= int64(len(tiff)); entries-- {
		if order.Uint16(tiff[at:]) == 0x0112 {
			return order.Uint16(tiff[at+8:])
		}
		at += 12
	}
	return 0
}

// told are the chunks of PNG that are about the picture's making.
var told = map[string]bool{"tEXt": true, "zTXt": true, "iTXt": true, "eXIf": true, "tIME": true}

// png walks the chunks.
func (s *stripper) png() {
	if b := s.peek(8); b == nil || string(b) != "\x89PNG\r\n\x1a\n" {
		return
	}
	for s.pass(8); s.err == nil; {
		b := s.peek(8)
		if b == nil {
			return
		}
		size := int64(binary.BigEndian.Uint32(b)) + 12
		if told[string(b[4:8])] {
			s.drop(size)
		} else {
			s.pass(size)
		}
	}
}
