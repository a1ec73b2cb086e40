pragma circom 2.1.0;

// What a network of linear layers and ReLUs needs in circom, proved as its gadgets usually are, by digits.

// The n binary digits of a number below 2^n.
template Digits(n) {
    signal input in;
    signal output out[n];
    var sum = 0;
    for (var i = 0; i < n; i++) {
        out[i] <-- (in >> i) & 1;
        out[i] * (out[i] - 1) === 0;
        sum += out[i] * 2 ** i;
    }
    sum === in;
}

template IsZero() {
    signal input in;
    signal output out;
    signal inverse <-- in != 0 ? 1 / in : 0;
    out <== 1 - in * inverse;
    in * out === 0;
}

// min(max(round(in / 2^k), 0), 2^m - 1), halves up, of a number with -2^(n-1) <= in + 2^(k-1) < 2^(n-1).
template Activation(n, k, m) {
    signal input in;
    signal output out;
    component digits = Digits(n);
    digits.in <== in + (k == 0 ? 0 : 2 ** (k - 1)) + 2 ** (n - 1);
    var low = 0;
    for (var i = k; i < k + m && i < n - 1; i++) {
        low += digits.out[i] * 2 ** (i - k);
    }
    var beyond = 0;
    for (var i = k + m; i < n - 1; i++) {
        beyond += digits.out[i];
    }
    component inside = IsZero();
    inside.in <== beyond;
    signal cut <== inside.out * (low - (2 ** m - 1));
    out <== digits.out[n - 1] * (cut + 2 ** m - 1);
}
