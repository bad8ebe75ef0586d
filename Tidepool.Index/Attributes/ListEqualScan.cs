namespace Tidepool.Index.Attributes;

/// <summary>Arrays that equal an operand, element by element.</summary>
internal readonly ref struct ListEqualScan(ListColumn column, ReadOnlySpan<ArrayOperand> operands)
    : IColumnScan, IRowTest
{
    private readonly ReadOnlySpan<ArrayOperand> _operands = operands;

    public ZoneAnswer Decide(in Zone zone) => ZoneAnswer.Scan;

    public void Restrict(int first, int count, scoped Span<ulong> words)
    {
        ListEqualScan test = this;
        SetBits.Restrict(ref test, first, words);
    }

    public bool Matches(int ordinal)
    {
        foreach (ref readonly ArrayOperand operand in _operands)
        {
            if (operand.Value.Type == column.Type && AreEqual(ordinal, operand))
            {
                return true;
            }
        }

        return false;
    }

    private bool AreEqual(int ordinal, in ArrayOperand operand)
    {
        ReadOnlySpan<int> offsets = column.Offsets;
        int first = offsets[ordinal];
        int count = offsets[ordinal + 1] - first;
        if (operand.Value.ElementCount != count)
        {
            return false;
        }

        for (int i = 0; i < count; i++)
        {
            bool isEqual = column.Elements is TextColumn texts
                ? texts.GetText(first + i).SequenceEqual(operand.Texts![i])
                : ValueOrder.AreEqual(column.Elements.GetValue(first + i), operand.Value.GetElement(i));
            if (!isEqual)
            {
                return false;
            }
        }

        return true;
    }
}
