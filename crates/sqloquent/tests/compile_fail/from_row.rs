//! Mistakes in what a row is read as.
use sqloquent::FromRow;

struct Odd;

#[derive(FromRow)]
struct Answer {
    #[from_row(colum = "n")]
    n: i64,
    odd: Odd,
}

#[derive(FromRow)]
struct Tuple(i64);

fn read<T: FromRow>() {}

fn main() {
    read::<Odd>();
}
