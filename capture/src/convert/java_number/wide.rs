//! Whole numbers of up to 2,304 bits on the stack: all that the digits of a double ever need.

use std::cmp::Ordering;

const LIMBS: usize = 72;

#[derive(Clone)]
pub struct Wide {
    limbs: [u32; LIMBS],
    len: usize,
}

impl Wide {
    /// `value * 5^five * 2^two`.
    pub fn new(value: u64, five: i32, two: i32) -> Self {
        let mut wide = Self { limbs: [0; LIMBS], len: 2 };
        wide.limbs[0] = value as u32;
        wide.limbs[1] = (value >> 32) as u32;
        wide.trim();
        let mut five = five;
        while five > 0 {
            let step = five.min(13);
            wide.multiply(5u32.pow(step as u32));
            five -= step;
        }
        wide.shift_left(two.max(0) as usize);
        wide
    }

    pub fn multiply(&mut self, factor: u32) {
        let mut carry = 0u64;
        for limb in &mut self.limbs[..self.len] {
            let product = u64::from(*limb) * u64::from(factor) + carry;
            *limb = product as u32;
            carry = product >> 32;
        }
        self.append(carry as u32);
    }

    pub fn plus(&self, other: &Self) -> Self {
        let mut sum = if self.len >= other.len { self.clone() } else { other.clone() };
        let shorter = if self.len >= other.len { other } else { self };
        let mut carry = 0u64;
        for i in 0..sum.len {
            let total = u64::from(sum.limbs[i]) + u64::from(shorter.limbs[i]) + carry;
            sum.limbs[i] = total as u32;
            carry = total >> 32;
        }
        sum.append(carry as u32);
        sum
    }

    pub fn compare(&self, other: &Self) -> Ordering {
        self.len
            .cmp(&other.len)
            .then_with(|| self.limbs[..self.len].iter().rev().cmp(other.limbs[..other.len].iter().rev()))
    }

    /// The quotient by `divisor`, which is at most 10; the remainder stays.
    pub fn take_digit(&mut self, divisor: &Self) -> i64 {
        let mut digit = 0;
        while self.compare(divisor).is_ge() {
            self.subtract(divisor);
            digit += 1;
        }
        digit
    }

    fn subtract(&mut self, other: &Self) {
        let mut borrow = 0i64;
        for i in 0..self.len {
            let rest = i64::from(self.limbs[i]) - i64::from(other.limbs[i]) - borrow;
            self.limbs[i] = rest as u32;
            borrow = i64::from(rest < 0);
        }
        self.trim();
    }

    fn shift_left(&mut self, bits: usize) {
        let (whole, part) = (bits / 32, bits % 32);
        if part > 0 {
            self.multiply(1 << part);
        }
        if whole > 0 && self.len > 0 {
            self.limbs.copy_within(..self.len, whole);
            self.limbs[..whole].fill(0);
            self.len += whole;
        }
    }

    fn append(&mut self, limb: u32) {
        if limb != 0 {
            self.limbs[self.len] = limb;
            self.len += 1;
        }
    }

    fn trim(&mut self) {
        while self.len > 0 && self.limbs[self.len - 1] == 0 {
            self.len -= 1;
        }
    }
}
