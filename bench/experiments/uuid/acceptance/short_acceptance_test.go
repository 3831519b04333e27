package uuid

import (
	"bytes"
	"math/big"
	"strings"
	"testing"
)

const shortDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

func shortOf(u UUID) string {
	number, base, digit := new(big.Int).SetBytes(u[:]), big.NewInt(62), new(big.Int)
	out := bytes.Repeat([]byte{'0'}, 22)
	for at := 21; number.Sign() > 0; at-- {
		number.DivMod(number, base, digit)
		out[at] = shortDigits[digit.Int64()]
	}
	return string(out)
}

func TestShortDigits(t *testing.T) {
	all := []UUID{Nil, {15: 1}, {15: 61}, {15: 62}, {0: 1}, {0: 0xff, 15: 0xff}, New(), New()}
	for _, u := range all {
		if got, want := u.Short(), shortOf(u); got != want {
			t.Errorf("%v: got %q, want %q", u, got, want)
		}
	}
}

func TestShortRoundTrip(t *testing.T) {
	var most UUID
	for at := range most {
		most[at] = 0xff
	}
	for _, u := range []UUID{Nil, most, New(), New(), {3: 7}} {
		got, err := ParseShort(shortOf(u))
		if err != nil || got != u {
			t.Errorf("%v: got %v, %v", u, got, err)
		}
	}
}

func TestShortRefused(t *testing.T) {
	for _, text := range []string{"", "0", strings.Repeat("0", 21), strings.Repeat("0", 23)} {
		if got, err := ParseShort(text); err == nil || !IsInvalidLengthError(err) || got != Nil {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"-" + strings.Repeat("0", 21), strings.Repeat("0", 21) + " ", strings.Repeat("0", 20) + "é"} {
		if got, err := ParseShort(text); err == nil || got != Nil {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
	}
}

func TestShortTooLarge(t *testing.T) {
	most := new(big.Int).Lsh(big.NewInt(1), 128)
	digit, out := new(big.Int), make([]byte, 22)
	for at := 21; at >= 0; at-- {
		most.DivMod(most, big.NewInt(62), digit)
		out[at] = shortDigits[digit.Int64()]
	}
	for _, text := range []string{string(out), strings.Repeat("z", 22)} {
		if got, err := ParseShort(text); err == nil || got != Nil {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
	}
}
