package zhtext

import "slices"

// clock emits a time of the day that stands from i to end.
func (p *quantityParser) clock(i, end int, minutes float64) int {
	p.emit(Quantity{Range: Range{i, end}, Number: Range{i, end}, Value: minutes, Max: minutes, Unit: "时刻"})
	return end
}

// clockTime reads 20:18, 4点40 and 8点一刻 at i. The seconds of 1:09:42 are a part of the
// minutes.
func clockTime(f []rune, i int) (end int, minutes float64, ok bool) {
	h, k, ok := wholeNumber(f, i, 2)
	if !ok || h > 24 {
		return i, 0, false
	}
	if at(f, k) == '点' {
		return pastTheHour(f, k+1, h)
	}
	m, end, ok := wholeNumber(f, k+1, 2)
	if at(f, k) != ':' || !ok || end != k+3 || m > 59 {
		return i, 0, false
	}
	minutes = float64(h*60 + m)
	if s, e, ok := wholeNumber(f, end+1, 2); ok && at(f, end) == ':' && e == end+3 && s < 60 {
		end, minutes = e, minutes+float64(s)/60
	}
	return end, minutes, true
}

// pastTheHour reads what follows 4点: 40, 05, 一刻. Where a unit follows (4点40人) the
// number counts something else.
func pastTheHour(f []rune, k, hour int) (end int, minutes float64, ok bool) {
	if (at(f, k) == '一' || at(f, k) == '三') && at(f, k+1) == '刻' && at(f, k+2) != '钟' {
		return k + 2, float64(hour*60) + map[rune]float64{'一': 15, '三': 45}[f[k]], true
	}
	m, end, ok := wholeNumber(f, k, 2)
	if ok && end == k+2 && m <= 59 && at(f, end) == '分' && at(f, end+1) != '钟' {
		return end + 1, float64(hour*60 + m), true
	}
	if !ok || end != k+2 || m > 59 || counts(f, end) {
		return k, 0, false
	}
	return end, float64(hour*60 + m), true
}

// counts tells whether the number that ends at i counts or measures something, or goes on.
func counts(f []rune, i int) bool {
	_, unit := unitAt(f, i, false)
	return unit || hasAny(at(f, i), "多余几来%:.") || isWordRune(at(f, i)) && !IsHan(f[i])
}

// spokenTime reads a time of the day in Chinese numerals at i: 七点半, 四点四十,
// 十二点一刻. 三点 alone may be three points.
func spokenTime(f []rune, i int) (end int, minutes float64, ok bool) {
	h, k, ok := smallNumber(f, i)
	if !ok || h < 1 || h > 12 || IsDigit(f[i]) || at(f, k) != '点' {
		return i, 0, false
	}
	k++
	if at(f, k) == '半' && !hasAny(at(f, k+1), "数导径球岛壁决") {
		return k + 1, float64(h*60 + 30), true
	}
	if end, minutes, ok = pastTheHour(f, k, h); ok {
		return end, minutes, !IsDigit(at(f, k))
	}
	m, end, ok := smallNumber(f, k)
	if !ok || m < 10 || m > 59 || IsDigit(at(f, k)) {
		return i, 0, false
	}
	if at(f, end) == '分' {
		return end + 1, float64(h*60 + m), true
	}
	return end, float64(h*60 + m), !counts(f, end)
}

// phoneNumber reads at i a telephone number whose digits stand in groups: 139 1234
// 5678, 021-5566 7788, and where the text says that it is one, 8862 3371. In one run, or
// behind an area code, it is read as other numbers are.
func phoneNumber(f []rune, i int) (end int, number float64, ok bool) {
	if IsDigit(at(f, i-1)) || hasAny(at(f, i-1), "-. ") && IsDigit(at(f, i-2)) {
		return i, 0, false
	}
	var sizes []int
	blank := false
	k := i
	for {
		size := 0
		for IsDigit(at(f, k+size)) && size <= 12 {
			number = number*10 + float64(f[k+size]-'0')
			size++
		}
		if size == 0 {
			return i, 0, false
		}
		sizes = append(sizes, size)
		k += size
		if sep := at(f, k); len(sizes) == 4 || sep != ' ' && sep != '-' || !IsDigit(at(f, k+1)) {
			break
		}
		blank = blank || f[k] == ' '
		k++
	}
	if len(sizes) < 2 || len(sizes) == 2 && !blank && f[i] == '0' || isWordRune(at(f, k)) && !IsHan(at(f, k)) || hasAny(at(f, k), ".%") {
		return i, 0, false
	}
	digits := 0
	for _, n := range sizes {
		digits += n
	}
	switch {
	case slices.Equal(sizes, []int{3, 4, 4}) && f[i] == '1', // mobile
		f[i] == '0' && (sizes[0] == 3 || sizes[0] == 4) && digits >= 10 && digits <= 12,                   // with an area code
		len(sizes) == 3 && digits == 10 && (f[i] == '4' || f[i] == '8') && f[i+1] == '0' && f[i+2] == '0': // a company's
		return k, number, true
	case len(sizes) == 2 && sizes[1] == 4 && (sizes[0] == 3 || sizes[0] == 4):
		return k, number, saysPhone(f[max(0, i-8):i])
	}
	return i, 0, false
}

// phoneWords say that a number is for calling.
var phoneWords = []string{"电话", "热线", "手机", "传真", "拨打", "致电", "座机", "号码", "联系", "tel", "call", "phone"}

// saysPhone tells whether the words ahead of a number say that it is one to call.
func saysPhone(before []rune) bool { return ContainsAny(string(before), phoneWords) }
