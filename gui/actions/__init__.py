"""Everything a person can do, by name: menus, keys, the palette and the shortcut sheet are made from one table."""
